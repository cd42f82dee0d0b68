package io.mnestic.encoder.neural.reader;

import java.util.List;

/** J(θ) in plain Java and float64, written from its formula and not from the block. */
final class ReferenceObjective {
  private final Head base;
  private final float[] vectors;
  private final double lambda;

  ReferenceObjective(Head base, float[] vectors, double lambda) {
    this.base = base;
    this.vectors = vectors;
    this.lambda = lambda;
  }

  double at(double[] weights, List<Example> examples) {
    double loss = 0;
    for (Example example : examples) {
      loss += example.weight() * crossEntropy(weights, example) / examples.size();
    }
    for (int i = 0; i < weights.length - 1; i++) {
      double moved = weights[i] - base.weights()[i];
      loss += lambda * moved * moved;
    }
    return loss;
  }

  double[] scores(double[] weights, Example example) {
    double[] scores = new double[example.helped().length];
    int lanes = base.lanes().size();
    int dimensions = base.dimensions();
    for (int m = 0; m < scores.length; m++) {
      for (int l = 0; l < lanes; l++) {
        double weight = weights[l];
        for (int d = 0; d < dimensions; d++) {
          weight += example.query()[d] * weights[lanes + d * lanes + l];
        }
        scores[m] += weight * example.laneScores()[m * lanes + l];
      }
      for (int d = 0; d < dimensions; d++) {
        scores[m] +=
            5
                * weights[lanes + dimensions * lanes + d]
                * vectors[example.vectors()[m] * dimensions + d];
      }
    }
    return scores;
  }

  private double crossEntropy(double[] weights, Example example) {
    double[] scores = scores(weights, example);
    double sum = 0;
    for (int m = 0; m < scores.length; m++) {
      scores[m] *= Math.exp(weights[weights.length - 1]);
      sum += Math.exp(scores[m]);
    }
    double loss = 0;
    int helped = 0;
    for (int m = 0; m < scores.length; m++) {
      if (example.helped()[m]) {
        loss -= scores[m] - Math.log(sum);
        helped++;
      }
    }
    return loss / helped;
  }
}
