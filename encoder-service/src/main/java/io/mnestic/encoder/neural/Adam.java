package io.mnestic.encoder.neural;

/**
 * Adam (Kingma and Ba 2015) over one flat vector of weights: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 −
 * β₂)g², θ ← θ − η m̂ / (√v̂ + ε). In Java and not by DJL's optimizer, whose state can not be read:
 * with it a training that was cut off goes on to the same weights.
 */
public final class Adam {
  private static final double BETA_MEAN = 0.9;
  private static final double BETA_SQUARE = 0.999;
  private static final double EPSILON = 1e-8;

  private final double learningRate;
  private final double[] mean;
  private final double[] square;

  /** A start with no steps done, for this many weights. */
  public Adam(double learningRate, int weights) {
    this(learningRate, new double[weights], new double[weights]);
  }

  /** Goes on from running means, which are copied. */
  public Adam(double learningRate, double[] mean, double[] square) {
    this.learningRate = learningRate;
    this.mean = mean.clone();
    this.square = square.clone();
  }

  /**
   * Moves the weights against the gradient.
   *
   * @param step the number of this step, from 1
   * @param weights changed in place
   * @param gradient as long as the weights
   */
  public void step(int step, float[] weights, float[] gradient) {
    double meanBias = 1 - Math.pow(BETA_MEAN, step);
    double squareBias = 1 - Math.pow(BETA_SQUARE, step);
    for (int i = 0; i < weights.length; i++) {
      mean[i] = BETA_MEAN * mean[i] + (1 - BETA_MEAN) * gradient[i];
      square[i] = BETA_SQUARE * square[i] + (1 - BETA_SQUARE) * gradient[i] * gradient[i];
      double move = mean[i] / meanBias / (Math.sqrt(square[i] / squareBias) + EPSILON);
      weights[i] = (float) (weights[i] - learningRate * move);
    }
  }

  /** The running mean of the gradient. */
  public double[] mean() {
    return mean.clone();
  }

  /** The running mean of the squared gradient. */
  public double[] square() {
    return square.clone();
  }
}
