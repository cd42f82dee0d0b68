package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code mnestic} on a machine whose PATH, HOME and JAVA_HOME are made up. */
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "basename",
          "cat",
          "date",
          "dirname",
          "find",
          "grep",
          "head",
          "mkdir",
          "readlink",
          "sed",
          "sleep",
          "tail",
          "touch",
          "uname");

  @TempDir private Path folder;
  private Path project;
  private Path path;
  private Path home;

  @BeforeEach
  void copyTheScript() throws IOException {
    project = Files.createDirectories(folder.resolve("project"));
    path = Files.createDirectories(folder.resolve("path"));
    home = Files.createDirectories(folder.resolve("home"));
    Files.copy(script(), project.resolve("mnestic"));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    for (String tool : TOOLS) {
      executable(path.resolve(tool), "#!/bin/sh\nexec " + realTool(tool) + " \"$@\"\n");
    }
  }

  @Test
  void passesOverAnOldJdkOnThePathAndInJavaHome() throws Exception {
    Path old = jdk(folder.resolve("jdk-17"), "17.0.9");
    Files.createSymbolicLink(path.resolve("javac"), old.resolve("bin/javac"));
    jdk(home.resolve(".sdkman/candidates/java/25.0.1-tem"), "25.0.1");
    maven();

    run(Map.of("JAVA_HOME", old.toString()), "build");

    // One that the machine has in a usual folder may come first; old it must not be.
    Path used = Path.of(Files.readString(project.resolve("java-home")).strip());
    assertThat(used).isNotEqualTo(old);
    assertThat(Files.readString(used.resolve("release"))).containsPattern("JAVA_VERSION=\"25");
  }

  @Test
  void takesTheJdkOfJavaHomeFirst() throws Exception {
    Path jdk = jdk(folder.resolve("jdk-26"), "26");
    maven();

    run(Map.of("JAVA_HOME", jdk.toString()), "build");

    assertThat(project.resolve("java-home")).hasContent(jdk.toString());
  }

  @Test
  void aJreIsNoJdk() throws Exception {
    Path jre = jdk(folder.resolve("jre-26"), "26");
    Files.delete(jre.resolve("bin/javac"));
    jdk(home.resolve(".jdks/temurin-25"), "25");
    maven();

    run(Map.of("JAVA_HOME", jre.toString()), "build");

    assertThat(Files.readString(project.resolve("java-home")).strip()).isNotEqualTo(jre.toString());
  }

  @Test
  void saysWhichJdkIsMissing() throws Exception {
    // No machine has this one, whatever its usual folders hold.
    Path copy = project.resolve("mnestic");
    Files.writeString(copy, Files.readString(copy).replace("need=25", "need=999"));
    maven();

    Ran ran = run(Map.of(), "up");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.output())
        .contains("no JDK 999 or newer found", "JAVA_HOME, the PATH and the usual folders")
        .contains("Install one, for example Eclipse Temurin 999, or set JAVA_HOME");
    assertThat(project.resolve("java-home")).doesNotExist();
  }

  @Test
  void saysThatMavenIsMissing() throws Exception {
    Path jdk = jdk(folder.resolve("jdk-25"), "25");

    Ran ran = run(Map.of("JAVA_HOME", jdk.toString()), "build");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.output()).contains("Maven is not on the PATH. Install it");
  }

  @Test
  void aFailedBuildShowsTheEndOfItsLog() throws Exception {
    Path jdk = jdk(folder.resolve("jdk-25"), "25");
    maven();

    Ran ran = run(Map.of("JAVA_HOME", jdk.toString()), "build");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.output()).contains("this Maven builds nothing", "the build failed");
    assertThat(project.resolve("target/built")).doesNotExist();
  }

  @Test
  void helpNeedsNeitherJdkNorMaven() throws Exception {
    Ran ran = run(Map.of(), "help");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.output()).contains("usage: ./mnestic COMMAND", "demo", "up [--data DIR]");
  }

  @Test
  void anUnknownCommandIsNamed() throws Exception {
    Ran ran = run(Map.of(), "dmeo");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.output()).contains("unknown command 'dmeo'", "usage:");
  }

  private static Path realTool(String tool) {
    Path usual = Path.of("/usr/bin", tool);
    return Files.exists(usual) ? usual : Path.of("/bin", tool);
  }

  /** A Maven that notes the JDK it was given and fails. */
  private void maven() throws IOException {
    executable(
        path.resolve("mvn"),
        "#!/bin/sh\necho \"$JAVA_HOME\" > java-home\necho this Maven builds nothing\nexit 1\n");
  }

  private static Path jdk(Path folder, String version) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    executable(folder.resolve("bin/javac"), "#!/bin/sh\nexit 1\n");
    return folder;
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ran run(Map<String, String> environment, String command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", project.resolve("mnestic").toString(), command)
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", path.toString(), "HOME", home.toString()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), output);
  }

  /** Tests run in the module's folder, or in the project's. */
  private static Path script() {
    Path above = Path.of("..", "mnestic");
    return Files.exists(above) ? above : Path.of("mnestic");
  }

  private record Ran(int exitCode, String output) {}
}
