package io.mnestic.orchestrator.compaction;

import java.util.Arrays;

/**
 * How central each sentence is among others: continuous LexRank (Erkan and Radev 2004), the
 * stationary distribution of a walk that goes from sentence to sentence as they are alike. Encoders
 * of sentences find any two texts somewhat alike, so only what is above the mean likeness counts.
 */
final class Centrality {
  private static final double DAMPING = 0.85;
  private static final int ROUNDS = 100;
  private static final double CONVERGED = 1e-9;

  private Centrality() {}

  /**
   * The centrality of each, above 0, adding up to 1.
   *
   * @param likeness cosines, square and symmetric
   */
  static double[] of(double[][] likeness) {
    int count = likeness.length;
    double[][] steps = steps(likeness);
    double[] ranks = new double[count];
    Arrays.fill(ranks, 1.0 / count);
    for (int round = 0; round < ROUNDS; round++) {
      double[] next = new double[count];
      Arrays.fill(next, (1 - DAMPING) / count);
      double moved = 0;
      for (int from = 0; from < count; from++) {
        for (int to = 0; to < count; to++) {
          next[to] += DAMPING * ranks[from] * steps[from][to];
        }
      }
      for (int i = 0; i < count; i++) {
        moved += Math.abs(next[i] - ranks[i]);
      }
      ranks = next;
      if (moved < CONVERGED) {
        break;
      }
    }
    return ranks;
  }

  /** Probabilities of each step; a sentence that is like no other goes anywhere. */
  private static double[][] steps(double[][] likeness) {
    int count = likeness.length;
    double mean = meanOfPairs(likeness);
    double[][] steps = new double[count][count];
    for (int from = 0; from < count; from++) {
      double sum = 0;
      for (int to = 0; to < count; to++) {
        steps[from][to] = from == to ? 0 : Math.max(0, likeness[from][to] - mean);
        sum += steps[from][to];
      }
      for (int to = 0; to < count; to++) {
        steps[from][to] = sum == 0 ? 1.0 / count : steps[from][to] / sum;
      }
    }
    return steps;
  }

  private static double meanOfPairs(double[][] likeness) {
    double sum = 0;
    for (int i = 0; i < likeness.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += likeness[i][j];
      }
    }
    return likeness.length < 2 ? 0 : sum / (likeness.length * (likeness.length - 1) / 2.0);
  }
}
