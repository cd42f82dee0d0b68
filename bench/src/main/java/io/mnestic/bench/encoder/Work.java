package io.mnestic.bench.encoder;

import java.util.List;

/**
 * What a BERT computes, in floating-point operations: two for each multiply-add of its matrix
 * products. Softmax, normalisations and activations are left out, as is padding.
 */
record Work(int layers, int hidden, int inner) {
  /** Of one sequence of {@code length} tokens. */
  double operations(int length) {
    // Query, key, value and output projections; the two products of the feed-forward part.
    double linear = 4.0 * hidden * hidden + 2.0 * hidden * inner;
    // Each token with each, for the weights and again for the sum.
    double attention = 2.0 * length * hidden;
    return 2 * layers * length * (linear + attention);
  }

  /** Of all texts. */
  double operations(List<Text> texts) {
    return texts.stream().mapToDouble(text -> operations(text.tokens())).sum();
  }
}
