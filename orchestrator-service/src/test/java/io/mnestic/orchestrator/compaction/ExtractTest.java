package io.mnestic.orchestrator.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class ExtractTest {
  @Test
  void centralityIsTheStationaryDistributionOfTheWalk() {
    double[][] likeness = {
      {1, 0.9, 0.5, 0.1}, {0.9, 1, 0.6, 0.1}, {0.5, 0.6, 1, 0.1}, {0.1, 0.1, 0.1, 1}
    };
    double[] ranks = Centrality.of(likeness);
    assertThat(Arrays.stream(ranks).sum()).isCloseTo(1, Offset.offset(1e-9));
    // Mean of the six pairs: 2.3 / 6. Above it: 0-1 by .5167, 0-2 by .1167, 1-2 by .2167.
    double mean = 2.3 / 6;
    double a = 0.9 - mean;
    double b = 0.5 - mean;
    double c = 0.6 - mean;
    double[] next = new double[4];
    double loose = 0.85 * ranks[3] / 4;
    next[0] = 0.15 / 4 + 0.85 * (ranks[1] * a / (a + c) + ranks[2] * b / (b + c)) + loose;
    next[1] = 0.15 / 4 + 0.85 * (ranks[0] * a / (a + b) + ranks[2] * c / (b + c)) + loose;
    next[2] = 0.15 / 4 + 0.85 * (ranks[0] * b / (a + b) + ranks[1] * c / (a + c)) + loose;
    next[3] = 0.15 / 4 + loose;
    assertThat(ranks).containsExactly(next, Offset.offset(1e-7));
    assertThat(ranks[1]).isGreaterThan(ranks[0]).isGreaterThan(ranks[3]);
  }

  @Test
  void whatSaysTheSameIsChosenOnceAndTheOrderIsKept() {
    Extract extract =
        new Extract(
            List.of(
                vector(0.1f, 1, 0),
                vector(1, 0.1f, 0),
                vector(1, 0.12f, 0),
                vector(0.7f, 0.7f, 0)));
    assertThat(extract.choose(new int[] {5, 5, 5, 5}, 100)).containsExactly(0, 2, 3);
  }

  @Test
  void theLimitHoldsAndWhatIsTooLongGivesWayToWhatFits() {
    Extract extract = new Extract(List.of(vector(1, 0, 0), vector(0.6f, 0.8f, 0), vector(0, 0, 1)));
    assertThat(extract.choose(new int[] {4, 50, 6}, 10)).containsExactly(0, 2);
    assertThat(extract.choose(new int[] {40, 50, 60}, 10)).hasSize(1);
  }

  @Test
  void oneSentenceIsItsOwnSummary() {
    assertThat(new Extract(List.of(vector(1, 0, 0))).choose(new int[] {9}, 1)).containsExactly(0);
  }

  private static float[] vector(float x, float y, float z) {
    double norm = Math.sqrt(x * x + y * y + z * z);
    return new float[] {(float) (x / norm), (float) (y / norm), (float) (z / norm)};
  }
}
