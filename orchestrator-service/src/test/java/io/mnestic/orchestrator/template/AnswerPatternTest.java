package io.mnestic.orchestrator.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.orchestrator.v1.ExtractAnswerResponse;
import io.mnestic.orchestrator.v1.PromptTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnswerPatternTest {
  @ParameterizedTest
  @CsvSource({
    "(?P<x>a)(?P<answer>b), ab, b",
    "Answer: (\\w+), so. Answer: yes!, yes",
    "[A-C], it is B, B",
    "(z)?b, b, ''"
  })
  void theNamedGroupThenTheFirstThenAllOfIt(String pattern, String text, String answer) {
    ExtractAnswerResponse found = extract(pattern, text);
    assertThat(found.getMatched()).isTrue();
    assertThat(found.getAnswer()).isEqualTo(answer);
  }

  @Test
  void aTextWithoutAnAnswerMatchesNothing() {
    assertThat(extract("Answer: (\\w+)", "I do not know").getMatched()).isFalse();
  }

  @Test
  void withoutAPatternAllOfItIsTheAnswer() {
    PromptTemplate labels =
        PromptTemplate.newBuilder()
            .putLabels("positive", "Good")
            .putLabels("negative", "Bad")
            .build();
    ExtractAnswerResponse found = AnswerPattern.of(labels).extract(" bad\n");
    assertThat(found.getAnswer()).isEqualTo("bad");
    assertThat(found.getLabel()).isEqualTo("negative");
    assertThat(AnswerPattern.of(labels).extract("so so").getLabel()).isEmpty();
  }

  @Test
  void aPatternThatRunsAwayElsewhereEnds() {
    // A backtracking matcher takes 2^n steps for this one; the test would never end.
    assertThat(extract("(a+)+$", "a".repeat(200_000) + "!").getMatched()).isFalse();
  }

  private static ExtractAnswerResponse extract(String pattern, String text) {
    return AnswerPattern.of(PromptTemplate.newBuilder().setAnswerPattern(pattern).build())
        .extract(text);
  }
}
