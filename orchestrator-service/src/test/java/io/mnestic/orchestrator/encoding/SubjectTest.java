package io.mnestic.orchestrator.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SubjectTest {
  @Test
  void withoutATurnBeforeThereIsOneText() {
    Subject subject = new Subject("Hello", null);
    assertThat(subject.texts()).containsExactly("Hello");
    assertThat(subject.ownStart()).isZero();
  }

  @Test
  void aShortTurnBeforeIsContextAsItIs() {
    Subject subject = new Subject("At three", "😀 When?");
    assertThat(subject.texts()).containsExactly("At three", "😀 When?\nAt three");
    // Code points, not chars.
    assertThat(subject.ownStart()).isEqualTo(8);
  }

  @Test
  void ofALongTurnBeforeTheEndIsContextFromAWordOn() {
    String before = "word ".repeat(100) + "Shall I book it?";
    String context = new Subject("Yes", before).texts().get(1);
    assertThat(context).startsWith("word ").endsWith("Shall I book it?\nYes");
    assertThat(context.length()).isBetween(110, 124);
  }

  @Test
  void aLongTurnWithoutSpacesIsCutBetweenCharacters() {
    String context = new Subject("好", "😀".repeat(200) + "完").texts().get(1);
    assertThat(context.codePoints().filter(c -> Character.getType(c) == Character.SURROGATE))
        .isEmpty();
    assertThat(context).startsWith("😀").endsWith("完\n好");
  }
}
