package io.mnestic.bench.encoder;

import java.util.stream.IntStream;

/** How near vectors are to those they should be. */
record Cosines(double mean, double worst) {
  /** Of each vector with the one in the same place. */
  static Cosines of(float[][] vectors, float[][] expected) {
    if (vectors.length != expected.length) {
      throw new IllegalArgumentException(
          "%d vectors for %d".formatted(vectors.length, expected.length));
    }
    double[] cosines =
        IntStream.range(0, vectors.length)
            .mapToDouble(i -> cosine(vectors[i], expected[i]))
            .toArray();
    return new Cosines(
        IntStream.range(0, cosines.length).mapToDouble(i -> cosines[i]).average().orElseThrow(),
        IntStream.range(0, cosines.length).mapToDouble(i -> cosines[i]).min().orElseThrow());
  }

  static double cosine(float[] one, float[] other) {
    if (one.length != other.length) {
      throw new IllegalArgumentException(
          "vectors of %d and %d numbers".formatted(one.length, other.length));
    }
    double product = 0;
    double oneSquares = 0;
    double otherSquares = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
      oneSquares += (double) one[i] * one[i];
      otherSquares += (double) other[i] * other[i];
    }
    return product / Math.sqrt(oneSquares * otherSquares);
  }
}
