package io.mnestic.encoder.neural.reader;

import io.mnestic.encoder.v1.ReaderSettings;

/**
 * How a head is trained, with the defaults that {@code ReaderSettings} states.
 *
 * @param gamma what an example counts that is one version old
 * @param lambda closeness to the base, which weighs as much as so many examples
 * @param forgetBelow least share of a new example's weight that is still learnt from
 * @param steps in all
 * @param batchSize recalls of a step
 * @param learningRate of Adam
 * @param seed of the order of examples
 */
record Settings(
    double gamma,
    double lambda,
    double forgetBelow,
    int steps,
    int batchSize,
    double learningRate,
    long seed) {
  private static final double GAMMA = 0.9;
  private static final double LAMBDA = 300;
  private static final double FORGET_BELOW = 0.05;
  private static final int STEPS = 400;
  private static final int BATCH_SIZE = 32;
  private static final double LEARNING_RATE = 0.01;

  static Settings of(ReaderSettings settings) {
    return new Settings(
        settings.hasGamma() ? settings.getGamma() : GAMMA,
        settings.hasLambda() ? settings.getLambda() : LAMBDA,
        settings.hasForgetBelow() ? settings.getForgetBelow() : FORGET_BELOW,
        settings.hasSteps() ? settings.getSteps() : STEPS,
        settings.hasBatchSize() ? settings.getBatchSize() : BATCH_SIZE,
        settings.hasLearningRate() ? settings.getLearningRate() : LEARNING_RATE,
        settings.getSeed());
  }

  /** γ^age. */
  double decay(long age) {
    return Math.pow(gamma, (double) age);
  }

  /** The forget gate: whether what was said this long ago is not learnt from any more. */
  boolean forgets(long age) {
    return decay(age) < forgetBelow;
  }
}
