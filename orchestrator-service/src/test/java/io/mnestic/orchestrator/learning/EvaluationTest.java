package io.mnestic.orchestrator.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.orchestrator.v1.ReaderEvaluation;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-12);

  @Test
  void aGainCountsTheLessTheLaterItComes() {
    List<Boolean> helped = List.of(false, true, true, false);
    assertThat(Evaluation.ndcg(helped, List.of(0f, 3f, 2f, 1f))).isEqualTo(1);
    // Ranks 2 and 4 of four: (1/log 3 + 1/log 5) / (1/log 2 + 1/log 3).
    double expected = (1 / Math.log(3) + 1 / Math.log(5)) / (1 / Math.log(2) + 1 / Math.log(3));
    assertThat(Evaluation.ndcg(helped, List.of(3f, 2f, 0f, 1f))).isCloseTo(expected, CLOSE);
    assertThat(Evaluation.ndcg(helped, List.of(1f, 1f, 1f, 1f)))
        .as("equal scores stay in order")
        .isCloseTo(
            (1 / Math.log(3) + 1 / Math.log(4)) / (1 / Math.log(2) + 1 / Math.log(3)), CLOSE);
  }

  @Test
  void betterIsWhatIsBetterBeyondDoubt() {
    Evaluation always = new Evaluation();
    Evaluation sometimes = new Evaluation();
    for (int i = 0; i < 20; i++) {
      always.add(List.of(false, true), List.of(2f, 1f), List.of(1f, 2f));
      boolean up = i % 2 == 0;
      sometimes.add(List.of(up, !up), List.of(1f, 1f), List.of(up ? 1f : 2f, up ? 2f : 1f));
    }
    assertThat(always.result().getBetter()).isTrue();
    assertThat(always.result().getDifferenceLow()).isCloseTo(1 - Math.log(2) / Math.log(3), CLOSE);
    ReaderEvaluation doubtful = sometimes.result();
    assertThat(doubtful.getBetter()).isFalse();
    assertThat(doubtful.getDifferenceLow()).isNegative();
    assertThat(new Evaluation().result()).isEqualTo(ReaderEvaluation.getDefaultInstance());
  }
}
