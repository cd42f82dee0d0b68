package io.mnestic.memory.tokens;

/**
 * A fixed rotation that spreads a vector over all its numbers, so that their signs tell its
 * direction: signs flipped at random and a Walsh-Hadamard transform, three times. A length that is
 * no power of two is turned in two overlapping blocks. Part of what is on disk: it must not change.
 */
final class Rotation {
  private static final int ROUNDS = 3;
  private static final long SEED = 0x6d6e65737469636bL;

  private final int block;
  private final float[][] signs;

  Rotation(int dimensions) {
    block = Integer.highestOneBit(dimensions);
    signs = new float[ROUNDS][dimensions];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < dimensions; i++) {
        signs[round][i] = mixed(SEED + (long) round * dimensions + i) < 0 ? -1 : 1;
      }
    }
  }

  /** Turns the vector in place; its length stays. */
  void apply(float[] vector) {
    for (float[] flips : signs) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= flips[i];
      }
      transform(vector, 0);
      if (block < vector.length) {
        transform(vector, vector.length - block);
      }
    }
  }

  private void transform(float[] vector, int from) {
    for (int half = 1; half < block; half *= 2) {
      for (int start = from; start < from + block; start += 2 * half) {
        for (int i = start; i < start + half; i++) {
          float sum = vector[i] + vector[i + half];
          vector[i + half] = vector[i] - vector[i + half];
          vector[i] = sum;
        }
      }
    }
    float norm = (float) (1 / Math.sqrt(block));
    for (int i = from; i < from + block; i++) {
      vector[i] *= norm;
    }
  }

  /** The finisher of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mixed(long value) {
    long z = value * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
