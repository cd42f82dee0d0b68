package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} as a program of its own, in a process group of its own as a terminal makes it. */
class UpIT {
  private static final int SERVICES = 3;
  private static final int MOST_POLLS = 3_000;
  private static final long POLL_MILLIS = 50;

  private final List<Process> programs = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void endWhatIsLeft() throws InterruptedException {
    for (Process program : programs) {
      List<ProcessHandle> left = program.descendants().toList();
      program.destroyForcibly().waitFor();
      left.forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void startsAServiceAgainThatDiedKeepsItsFolderToItselfAndEndsOnCtrlC() throws Exception {
    Path out = folder.resolve("up.txt");
    Process up = up(out, folder.resolve("data"));
    await(up, out, "Ctrl-C stops all three");
    ProcessHandle store = service(up, "memory-store-service");

    store.destroyForcibly();
    await(up, out, "memory-store-service is up again");

    assertThat(Files.readString(out)).contains("memory-store-service ended by itself");
    assertThat(store.isAlive()).isFalse();
    assertThat(service(up, "memory-store-service").isAlive()).isTrue();
    List<ProcessHandle> services = up.children().toList();
    assertThat(services).hasSize(SERVICES);

    Path secondOut = folder.resolve("second.txt");
    Process second = up(secondOut, folder.resolve("data"));
    assertThat(second.waitFor()).isEqualTo(2);
    assertThat(Files.readString(secondOut))
        .contains("the data folder " + folder.resolve("data") + " is in use", "another --data")
        .doesNotContain("Exception");
    assertThat(services).allMatch(ProcessHandle::isAlive);

    // What a terminal does on Ctrl-C: SIGINT to the whole group.
    signal("-INT", "-" + up.pid());
    assertThat(up.waitFor(1, TimeUnit.MINUTES)).isTrue();

    assertThat(services).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void endsOnSigtermAndLeavesNoServiceBehind() throws Exception {
    Path out = folder.resolve("up.txt");
    Process up = up(out, folder.resolve("data"));
    await(up, out, "Ctrl-C stops all three");
    List<ProcessHandle> services = up.children().toList();
    assertThat(services).hasSize(SERVICES);

    signal("-TERM", Long.toString(up.pid()));
    assertThat(up.waitFor(1, TimeUnit.MINUTES)).isTrue();

    assertThat(services).noneMatch(ProcessHandle::isAlive);
  }

  private Process up(Path out, Path data) throws IOException {
    // A shell that starts tests in the background has them, and so their children, ignore SIGINT.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "setsid"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dmnestic.home=" + System.getProperty("mnestic.home", ""));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("up", "--data", data.toString(), "--port", Integer.toString(port())));
    Process program =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    programs.add(program);
    return program;
  }

  /** The first of three free ports in a row. */
  private static int port() throws IOException {
    while (true) {
      try (ServerSocket first = new ServerSocket(0)) {
        int port = first.getLocalPort();
        try (ServerSocket second = new ServerSocket(port + 1);
            ServerSocket third = new ServerSocket(port + 2)) {
          assertThat(third.getLocalPort()).isEqualTo(second.getLocalPort() + 1);
          return port;
        } catch (IOException | IllegalArgumentException e) {
          // Taken or too high: the next try gets another.
        }
      }
    }
  }

  private static void await(Process program, Path out, String line) throws Exception {
    for (int poll = 0; !Files.readString(out).contains(line); poll++) {
      assertThat(program.isAlive() && poll < MOST_POLLS)
          .as("waits for '%s': %s", line, Files.readString(out))
          .isTrue();
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static ProcessHandle service(Process up, String module) {
    return up.children()
        .filter(child -> child.info().commandLine().orElse("").contains(module))
        .findFirst()
        .orElseThrow();
  }

  private static void signal(String signal, String target) throws Exception {
    assertThat(new ProcessBuilder("kill", signal, "--", target).inheritIO().start().waitFor())
        .isZero();
  }
}
