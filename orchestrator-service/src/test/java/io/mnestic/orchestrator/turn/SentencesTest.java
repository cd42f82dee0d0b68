package io.mnestic.orchestrator.turn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SentencesTest {
  @Test
  void englishAndChineseAreSplitAtTheirSentences() {
    assertThat(Sentences.of("I ran 3.5 miles. Did you?\n\n- a list"))
        .containsExactly("I ran 3.5 miles.", "Did you?", "- a list");
    assertThat(Sentences.of("我昨天跑了十公里。你呢？太棒了！")).containsExactly("我昨天跑了十公里。", "你呢？", "太棒了！");
  }

  @Test
  void whatHasNoWordIsNoSentence() {
    assertThat(Sentences.of("...\n \n🎉 !!")).isEmpty();
  }

  @Test
  void aListingWithoutAnEndIsCutIntoPieces() {
    assertThat(Sentences.of("word ".repeat(300)))
        .hasSizeGreaterThan(3)
        .allSatisfy(piece -> assertThat(piece).hasSizeLessThanOrEqualTo(400));
  }
}
