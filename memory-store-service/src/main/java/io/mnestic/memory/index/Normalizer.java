package io.mnestic.memory.index;

import java.util.Arrays;

/**
 * Brings a lane's scores to mean 0 and deviation 1 over a sample of the namespace, so that lanes
 * can be added up.
 *
 * @param mean of the sample's scores
 * @param deviation of the sample's scores; 0 if all are equal
 */
record Normalizer(double mean, double deviation) {
  /** Of a lane that tells no memory from another. */
  static final Normalizer NONE = new Normalizer(0, 0);

  /** Below this part of the mean, a deviation is rounding. */
  private static final double ROUNDING = 1e-9;

  /**
   * From a sample's scores; memories without a vector (NaN) are left out. Summed up in the order of
   * the scores, so that the same sample gives the same to the last bit, wherever its memories stand
   * in the index.
   */
  static Normalizer of(double[] unordered) {
    double[] sample = unordered.clone();
    Arrays.sort(sample);
    double sum = 0;
    int count = 0;
    for (double score : sample) {
      if (!Double.isNaN(score)) {
        sum += score;
        count++;
      }
    }
    if (count == 0) {
      return NONE;
    }
    double mean = sum / count;
    double squares = 0;
    for (double score : sample) {
      if (!Double.isNaN(score)) {
        squares += (score - mean) * (score - mean);
      }
    }
    double deviation = Math.sqrt(squares / count);
    return new Normalizer(mean, deviation <= ROUNDING * Math.abs(mean) ? 0 : deviation);
  }

  /** A memory without a vector (NaN) is neither near nor far: 0. */
  double normalized(double raw) {
    return Double.isNaN(raw) || deviation == 0 ? 0 : (raw - mean) / deviation;
  }
}
