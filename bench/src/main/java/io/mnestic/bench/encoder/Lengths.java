package io.mnestic.bench.encoder;

import java.util.SplittableRandom;

/**
 * Seeded lengths in tokens, uniform on a logarithmic scale: as many between 4 and 8 as between 128
 * and 256, so that most texts are short and most tokens are in long ones, as in mixed work.
 */
final class Lengths {
  /** Special tokens included. */
  static final int LEAST = 4;

  static final int MOST = 256;

  private Lengths() {}

  /** {@code count} lengths of {@link #LEAST} to {@code most}, both possible. */
  static int[] draw(int count, int most, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double octaves = Math.log((most + 1.0) / LEAST);
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = (int) (LEAST * Math.exp(random.nextDouble() * octaves));
    }
    return lengths;
  }
}
