package io.mnestic.bench.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixedOutcomeTest {
  private static final MixedOutcome OUTCOME =
      new MixedOutcome(
          1_000,
          Map.of("ours", new double[] {1, 2, 10}, "theirs", new double[] {3, 4, 5}),
          Map.of(),
          List.of(ceiling(100), ceiling(50), ceiling(10)));

  @Test
  void mediansAreOverTheRounds() {
    assertThat(OUTCOME.tokensPerSecond("ours")).isEqualTo(500);
    // 3, 2 and a half: each round's own ratio.
    assertThat(OUTCOME.ratio("ours", "theirs")).isEqualTo(2);
    // 100 operations: 1, 1 and 1 of each round's own ceiling.
    assertThat(OUTCOME.fractionOfCeiling("ours", 100)).isEqualTo(1);
    assertThat(OUTCOME.ceiling()).isEqualTo(50);
  }

  private static Ceiling.Best ceiling(double operationsPerSecond) {
    return new Ceiling.Best(Ceiling.SHAPES.getFirst(), operationsPerSecond);
  }
}
