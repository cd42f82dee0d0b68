package io.mnestic.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void wordsStandLeftAndFiguresRight() {
    assertThat(Table.of("name", "ms").row("游泳", "1.5").row("x", "12.25").toString())
        .isEqualTo(
            """
            name     ms
            ----  -----
            游泳    1.5
            x     12.25
            """);
  }

  @Test
  void rowOfAnotherLengthIsRefused() {
    Table table = Table.of("name", "ms");

    assertThatThrownBy(() -> table.row("x")).isInstanceOf(IllegalArgumentException.class);
  }
}
