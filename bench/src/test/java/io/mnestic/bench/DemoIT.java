package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, as the launcher runs them. */
class DemoIT {
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
}
