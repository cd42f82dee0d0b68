package io.mnestic.bench.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mnestic.bench.report.Figures;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AnswerChancesTest {
  @Test
  void theAreaIsHowOftenAnAnswerableQuestionIsAbove() {
    assertThat(AnswerChances.auc(List.of(0.9, 0.8), List.of(0.1, 0.2))).isEqualTo(1);
    assertThat(AnswerChances.auc(List.of(0.1), List.of(0.2, 0.3))).isZero();
    assertThat(AnswerChances.auc(List.of(0.5, 0.9), List.of(0.5, 0.1))).isEqualTo(0.875);
  }

  @Test
  void theBrierScoreIsTheMeanSquaredError() {
    assertThat(AnswerChances.brier(List.of(1.0), List.of(0.0))).isZero();
    assertThat(AnswerChances.brier(List.of(0.5), List.of(0.5, 1.0))).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void figuresAreToldApartByWhereTheAnswerIs() {
    AnswerChances chances = new AnswerChances();
    chances.add(question(4), OptionalDouble.of(0.8));
    chances.add(question(5), OptionalDouble.of(0.9));
    chances.add(question(1), OptionalDouble.empty());
    chances.addElsewhere(OptionalDouble.of(0.1));
    Figures figures = new Figures();
    assertThat(chances.report(figures)).get().asString().contains("0.000", "1.000", "1 questions");
    assertThat(figures.get("answer.auc.category5")).hasValue(0.0);
    assertThat(figures.get("answer.auc.elsewhere")).hasValue(1.0);
    assertThat(new AnswerChances().report(new Figures())).isEmpty();
  }

  private static Conversation.Question question(int category) {
    return new Conversation.Question("?", category, Set.of(new TurnId(1, 1)));
  }
}
