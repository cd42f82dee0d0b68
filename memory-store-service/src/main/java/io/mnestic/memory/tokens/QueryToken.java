package io.mnestic.memory.tokens;

/**
 * A query's turned token vector, ready to be compared with packed ones by counting bits (RaBitQ,
 * Gao and Long 2024): each number is one of 16 levels, and all numbers' bits of the same value
 * stand together in words.
 *
 * @param planes the levels' bits: all words of value 1, then of 2, 4 and 8
 * @param lowest the number of level 0
 * @param level from one level to the next
 * @param sum of all numbers, as levels
 * @param steps the numbers in whole steps, for products with whole numbers
 * @param step what one of those is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record QueryToken(long[] planes, float lowest, float level, float sum, int[] steps, float step) {
  private static final int PLANES = 4;
  private static final int HIGHEST_LEVEL = (1 << PLANES) - 1;

  /** 4,096 numbers of this size times 8 bits fit in an int. */
  private static final int MOST_STEPS = 4_095;

  static QueryToken of(float[] vector) {
    float lowest = vector[0];
    float highest = vector[0];
    for (float number : vector) {
      lowest = Math.min(lowest, number);
      highest = Math.max(highest, number);
    }
    float level = Math.max((highest - lowest) / HIGHEST_LEVEL, Float.MIN_NORMAL);
    float step = Math.max(Math.max(highest, -lowest) / MOST_STEPS, Float.MIN_NORMAL);
    int words = words(vector.length);
    long[] planes = new long[PLANES * words];
    int[] steps = new int[vector.length];
    long levels = 0;
    for (int i = 0; i < vector.length; i++) {
      int nearest = Math.round((vector[i] - lowest) / level);
      for (int plane = 0; plane < PLANES; plane++) {
        planes[plane * words + i / Long.SIZE] |= (long) ((nearest >> plane) & 1) << (i % Long.SIZE);
      }
      levels += nearest;
      steps[i] = Math.round(vector[i] / step);
    }
    float sum = level * levels + lowest * vector.length;
    return new QueryToken(planes, lowest, level, sum, steps, step);
  }

  /**
   * The dot product with a vector of 1 and -1.
   *
   * @param signs a bit for each number, set for 1; none set beyond the last
   * @param ones how many are set
   */
  float dot(long[] signs, int ones) {
    int words = signs.length;
    int one = 0;
    int two = 0;
    int four = 0;
    int eight = 0;
    for (int word = 0; word < words; word++) {
      long bits = signs[word];
      one += Long.bitCount(bits & planes[word]);
      two += Long.bitCount(bits & planes[words + word]);
      four += Long.bitCount(bits & planes[2 * words + word]);
      eight += Long.bitCount(bits & planes[3 * words + word]);
    }
    int levels = one + 2 * two + 4 * four + 8 * eight;
    return 2 * (level * levels + lowest * ones) - sum;
  }

  /** The dot product with a vector of whole numbers, -128 to 127 each. */
  float dot(int[] numbers) {
    int sum = 0;
    for (int i = 0; i < numbers.length; i++) {
      sum += numbers[i] * steps[i];
    }
    return sum * step;
  }

  /** How many words of bits there are for so many numbers. */
  static int words(int dimensions) {
    return Math.ceilDiv(dimensions, Long.SIZE);
  }
}
