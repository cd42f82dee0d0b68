package io.mnestic.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WidthTest {
  @Test
  void chineseTakesTwoColumns() {
    assertThat(Width.of("abc")).isEqualTo(3);
    assertThat(Width.of("游泳 x")).isEqualTo(6);
    assertThat(Width.of("e\u0301")).isEqualTo(1);
  }

  @Test
  void shortensToTheColumnsGiven() {
    assertThat(Width.shorten("one two three", 8)).isEqualTo("one two…");
    assertThat(Width.shorten("每周二和周四晚上", 7)).isEqualTo("每周二…");
    assertThat(Width.shorten(" as\n it is ", 8)).isEqualTo("as it is");
  }

  @Test
  void wrapsAtWordsAndBetweenChineseCharacters() {
    assertThat(Width.wrap("one two three", 8)).containsExactly("one two", "three");
    assertThat(Width.wrap("a\nb", 8)).containsExactly("a", "b");
    assertThat(Width.wrap("我改成每周二晚上游泳", 8)).allMatch(line -> Width.of(line) <= 8);
    assertThat(Width.wrap("unbreakable", 4)).containsExactly("unbreakable");
  }
}
