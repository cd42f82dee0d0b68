package io.mnestic.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class FiguresTest {
  @TempDir private Path folder;

  @Test
  void savesOneFlatObjectInOrder() throws IOException {
    Path file = folder.resolve("figures.json");
    Measuring command = new Measuring();
    new CommandLine(command).parseArgs("--json", file.toString());

    command.figures.put("recall@10", 78.123456);
    command.figures.put("llm.tokens", 0);
    command.figures.put("turns", 2900);
    command.figures.save();

    assertThat(Files.readString(file).replaceAll("\\s", ""))
        .isEqualTo("{\"recall@10\":78.1235,\"llm.tokens\":0,\"turns\":2900}");
  }

  @Test
  void savesNothingUnlessAsked() {
    Figures figures = new Figures();
    figures.put("a", 1);

    figures.save();

    assertThat(folder).isEmptyDirectory();
    assertThat(figures.get("a")).contains(1.0);
    assertThat(figures.get("b")).isEmpty();
  }

  @Command
  private static final class Measuring {
    @Mixin private final Figures figures = new Figures();
  }
}
