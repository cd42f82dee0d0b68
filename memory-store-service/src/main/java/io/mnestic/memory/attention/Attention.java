package io.mnestic.memory.attention;

/** The arithmetic of soft reads, in double precision. */
final class Attention {
  private Attention() {}

  /**
   * softmax(beta * scores). The largest score is subtracted first, so that nothing overflows.
   *
   * @param scores any finite numbers
   * @return weights that sum to 1; empty for no scores
   */
  static double[] softmax(double[] scores, double beta) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      largest = Math.max(largest, score);
    }
    double[] weights = new double[scores.length];
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      weights[i] = Math.exp(beta * (scores[i] - largest));
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** Adds {@code weight} times a vector to a sum. */
  static void add(double[] sum, double weight, float[] vector) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * vector[i];
    }
  }

  /** normalise(query + read), or the query if that has no direction. */
  static float[] next(float[] query, double[] read) {
    double[] sum = read.clone();
    add(sum, 1, query);
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    if (squares == 0) {
      return query;
    }
    float[] next = new float[sum.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = (float) (sum[i] / Math.sqrt(squares));
    }
    return next;
  }
}
