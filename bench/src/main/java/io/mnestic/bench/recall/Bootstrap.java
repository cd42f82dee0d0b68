package io.mnestic.bench.recall;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** How sure a mean is: the middle 95 % of the means of resampled questions (Efron 1979). */
final class Bootstrap {
  private static final int RESAMPLES = 1_000;
  private static final long SEED = 20_240_501;
  private static final double TAIL = 0.025;

  private Bootstrap() {}

  /** The interval of the mean of {@code values}, of which there is at least one. */
  static Interval ofMean(double[] values) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means =
        IntStream.range(0, RESAMPLES).mapToDouble(i -> resampledMean(values, random)).toArray();
    Arrays.sort(means);
    return new Interval(
        means[(int) (TAIL * (RESAMPLES - 1))],
        means[(int) Math.ceil((1 - TAIL) * (RESAMPLES - 1))]);
  }

  private static double resampledMean(double[] values, SplittableRandom random) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[random.nextInt(values.length)];
    }
    return sum / values.length;
  }

  /** From the 2.5th to the 97.5th percentile. */
  record Interval(double low, double high) {}
}
