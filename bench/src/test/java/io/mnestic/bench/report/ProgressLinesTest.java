package io.mnestic.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
  private long now;

  @Test
  void shortWorkShowsNothing() {
    ProgressLines lines = new ProgressLines(out, true, () -> now);

    now += Duration.ofMillis(1_900).toNanos();
    lines.accept("half");
    lines.clear();

    assertThat(text()).isEmpty();
  }

  @Test
  void terminalLineIsWrittenOverAndCleared() {
    ProgressLines lines = new ProgressLines(out, true, () -> now);

    now += Duration.ofSeconds(3).toNanos();
    lines.accept("10 %");
    lines.accept("20 %");
    lines.clear();

    assertThat(text()).startsWith("\r10 %\r20 %\r ").endsWith(" \r");
  }

  @Test
  void elsewhereALineNowAndThen() {
    ProgressLines lines = new ProgressLines(out, false, () -> now);

    for (int second = 0; second < 25; second++) {
      now += Duration.ofSeconds(1).toNanos();
      lines.accept("at " + (second + 1));
    }
    lines.clear();

    assertThat(text().lines()).containsExactly("at 2", "at 12", "at 22");
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
