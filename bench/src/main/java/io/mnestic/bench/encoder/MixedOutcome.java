package io.mnestic.bench.encoder;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What each contender did.
 *
 * @param tokens of all texts, special ones included and padding not
 * @param seconds of each contender, by round
 * @param vectors of each contender, from the first round
 * @param ceilings by round
 */
record MixedOutcome(
    long tokens,
    Map<String, double[]> seconds,
    Map<String, float[][]> vectors,
    List<Ceiling.Best> ceilings) {
  /** Tokens a second, the median of the rounds. */
  double tokensPerSecond(String contender) {
    return median(round -> tokens / at(contender, round));
  }

  /** How many times as fast one is as the other: the median of the rounds' ratios. */
  double ratio(String contender, String other) {
    return median(round -> at(other, round) / at(contender, round));
  }

  /** Share of the machine's matrix products, the median of the rounds' shares. */
  double fractionOfCeiling(String contender, double operations) {
    return median(
        round -> operations / at(contender, round) / ceilings.get(round).operationsPerSecond());
  }

  /** The median of the rounds' ceilings, in operations a second. */
  double ceiling() {
    return median(round -> ceilings.get(round).operationsPerSecond());
  }

  float[][] vectorsOf(String contender) {
    float[][] found = vectors.get(contender);
    if (found == null) {
      throw new IllegalArgumentException(contender + " did not run");
    }
    return found;
  }

  private double at(String contender, int round) {
    double[] found = seconds.get(contender);
    if (found == null) {
      throw new IllegalArgumentException(contender + " did not run");
    }
    return found[round];
  }

  private double median(IntToDoubleFunction ofRound) {
    double[] sorted = IntStream.range(0, ceilings.size()).mapToDouble(ofRound).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
