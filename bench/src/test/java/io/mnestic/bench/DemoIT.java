package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, as the launcher runs it. */
class DemoIT {
  private static final int SERVICES = 3;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void demoFindsEveryLineThatAnswersAndLeavesNothingBehind(@TempDir Path folder)
      throws IOException {
    Path json = folder.resolve("demo.json");
    Path data = folder.resolve("data");

    int exitCode =
        Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .execute("demo", "--json", json.toString(), "--data", data.toString());

    assertThat(exitCode).as("%s%s", out, err).isZero();
    assertThat(out.toString())
        .contains("Which nuts", "hazelnuts", "ledger:", "游泳")
        .doesNotContain("WRONG");
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.get("questions").asInt()).isEqualTo(8);
    assertThat(figures.get("answered").asInt()).isEqualTo(8);
    assertThat(ProcessHandle.current().children()).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void interruptedDemoLeavesNoServiceBehind(@TempDir Path folder) throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dmnestic.home=" + System.getProperty("mnestic.home", ""),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "demo",
                "--data",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("demo.txt").toFile())
            .start();
    while (demo.isAlive() && demo.children().count() < SERVICES) {
      Thread.sleep(20);
    }
    List<ProcessHandle> services = demo.children().toList();

    demo.destroy();
    demo.waitFor();

    assertThat(services)
        .as(Files.readString(folder.resolve("demo.txt")))
        .hasSize(SERVICES)
        .noneMatch(ProcessHandle::isAlive);
  }
}
