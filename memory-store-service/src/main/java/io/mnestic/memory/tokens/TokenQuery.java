package io.mnestic.memory.tokens;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Late interaction of a query with packed token vectors (ColBERT, Khattab and Zaharia 2020): each
 * token of the query looks for the nearest token of a text, and the score is the mean of those
 * cosines, weighted by how rare the query's token is.
 *
 * <p>Four signs at once are looked up in a table that has, for their 16 patterns, the sums of the
 * query's numbers, for all query tokens side by side: one row of additions is good for all of them.
 * Not for use by several threads.
 */
public final class TokenQuery {
  /** A question has fewer; of a long text the rarest stand for it. */
  private static final int MOST_TOKENS = 64;

  private static final int NIBBLE = 4;
  private static final int PATTERNS = 1 << NIBBLE;

  private final int dimensions;
  private final int count;

  /** Rotated query vectors, by number and then token. */
  private final float[] query;

  /** By four numbers, pattern of their signs and token: the sum with these signs. */
  private final float[] sums;

  private final float[] weights;
  private final float[] best;
  private final float[] ofMean;
  private final float[] dots;

  /**
   * For a query's unit vectors, turned in place.
   *
   * @param frequencies in how many of {@code texts} texts each token stands
   */
  public TokenQuery(float[][] vectors, List<Long> frequencies, long texts) {
    dimensions = vectors[0].length;
    int[] chosen = rarest(frequencies);
    count = chosen.length;
    query = new float[dimensions * count];
    weights = new float[count];
    Rotation rotation = new Rotation(dimensions);
    double total = 0;
    for (int token : chosen) {
      total += rarity(frequencies.get(token), texts);
    }
    for (int i = 0; i < count; i++) {
      float[] vector = vectors[chosen[i]];
      rotation.apply(vector);
      for (int number = 0; number < dimensions; number++) {
        query[number * count + i] = vector[number];
      }
      weights[i] = (float) (rarity(frequencies.get(chosen[i]), texts) / total);
    }
    sums = sums();
    best = new float[count];
    ofMean = new float[count];
    dots = new float[count];
  }

  /** BM25's inverse document frequency, above 0 (Robertson and Zaragoza 2009). */
  static double rarity(long frequency, long texts) {
    return Math.log(1 + Math.max(0, texts - frequency + 0.5) / (frequency + 0.5));
  }

  private static int[] rarest(List<Long> frequencies) {
    return IntStream.range(0, frequencies.size())
        .boxed()
        .sorted(Comparator.comparing(frequencies::get))
        .limit(MOST_TOKENS)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private float[] sums() {
    int groups = Math.ceilDiv(dimensions, Byte.SIZE) * Byte.SIZE / NIBBLE;
    float[] table = new float[groups * PATTERNS * count];
    for (int number = 0; number < dimensions; number++) {
      int bit = number % NIBBLE;
      for (int pattern = 0; pattern < PATTERNS; pattern++) {
        int row = (number / NIBBLE * PATTERNS + pattern) * count;
        float sign = (pattern >> bit & 1) == 1 ? 1 : -1;
        for (int token = 0; token < count; token++) {
          table[row + token] += sign * query[number * count + token];
        }
      }
    }
    return table;
  }

  /**
   * The score of a text's packed tokens, about -1 to 1.
   *
   * @throws IllegalStateException if they are damaged
   */
  public double score(ByteString packed) {
    new PackedTokens(packed).require(dimensions);
    byte[] bytes = packed.toByteArray();
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    readMean(bytes, numbers.getFloat(1));
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    int tokenBytes = PackedTokens.tokenBytes(dimensions);
    for (int at = PackedTokens.headBytes(dimensions); at < bytes.length; at += tokenBytes) {
      addSigns(bytes, at + Float.BYTES, tokenBytes - Float.BYTES);
      float step = numbers.getFloat(at);
      for (int token = 0; token < count; token++) {
        best[token] = Math.max(best[token], step * dots[token]);
      }
    }
    double score = 0;
    for (int token = 0; token < count; token++) {
      score += weights[token] * (ofMean[token] + best[token]);
    }
    return score;
  }

  /** The dot products with the mean, which all tokens of the text share. */
  private void readMean(byte[] bytes, float step) {
    Arrays.fill(ofMean, 0);
    for (int number = 0; number < dimensions; number++) {
      float value = bytes[1 + Float.BYTES + number] * step;
      int row = number * count;
      for (int token = 0; token < count; token++) {
        ofMean[token] += query[row + token] * value;
      }
    }
  }

  private void addSigns(byte[] bytes, int from, int length) {
    Arrays.fill(dots, 0);
    int row = 0;
    int stride = PATTERNS * count;
    for (int i = 0; i < length; i++) {
      int low = row + (bytes[from + i] & 0xF) * count;
      int high = row + stride + (bytes[from + i] >> NIBBLE & 0xF) * count;
      for (int token = 0; token < count; token++) {
        dots[token] += sums[low + token] + sums[high + token];
      }
      row += 2 * stride;
    }
  }
}
