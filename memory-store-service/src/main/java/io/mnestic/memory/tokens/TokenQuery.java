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
 * <p>Not for use by several threads.
 */
public final class TokenQuery {
  /** A question has fewer; of a long text the rarest stand for it. */
  private static final int MOST_TOKENS = 64;

  private final int dimensions;
  private final QueryToken[] tokens;
  private final double[] weights;
  private final float[] best;
  private final int[] mean;
  private final long[] signs;

  /**
   * For a query's unit vectors, turned in place.
   *
   * @param frequencies in how many of {@code texts} texts each token stands
   */
  public TokenQuery(float[][] vectors, List<Long> frequencies, long texts) {
    dimensions = vectors[0].length;
    int[] chosen = rarest(frequencies);
    tokens = new QueryToken[chosen.length];
    weights = new double[chosen.length];
    Rotation rotation = new Rotation(dimensions);
    double total = 0;
    for (int token : chosen) {
      total += rarity(frequencies.get(token), texts);
    }
    for (int i = 0; i < chosen.length; i++) {
      float[] vector = vectors[chosen[i]];
      rotation.apply(vector);
      tokens[i] = QueryToken.of(vector);
      weights[i] = rarity(frequencies.get(chosen[i]), texts) / total;
    }
    best = new float[chosen.length];
    mean = new int[dimensions];
    signs = new long[QueryToken.words(dimensions)];
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

  /**
   * The score of a text's packed tokens, about -1 to 1.
   *
   * @throws IllegalStateException if they are damaged
   */
  public double score(ByteString packed) {
    new PackedTokens(packed).require(dimensions);
    ByteBuffer bytes = ByteBuffer.wrap(packed.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    findNearest(bytes);
    float step = bytes.getFloat(1);
    for (int i = 0; i < dimensions; i++) {
      mean[i] = bytes.get(1 + Float.BYTES + i);
    }
    double score = 0;
    for (int token = 0; token < tokens.length; token++) {
      // All tokens of the text have the mean's part in common.
      score += weights[token] * (step * tokens[token].dot(mean) + best[token]);
    }
    return score;
  }

  private void findNearest(ByteBuffer bytes) {
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    int tokenBytes = PackedTokens.tokenBytes(dimensions);
    int end = bytes.capacity();
    for (int at = PackedTokens.headBytes(dimensions); at < end; at += tokenBytes) {
      int ones = readSigns(bytes, at + Float.BYTES, tokenBytes - Float.BYTES);
      float step = bytes.getFloat(at);
      for (int token = 0; token < tokens.length; token++) {
        best[token] = Math.max(best[token], step * tokens[token].dot(signs, ones));
      }
    }
  }

  /** Reads the signs into words and counts the positive ones. */
  private int readSigns(ByteBuffer bytes, int from, int length) {
    int ones = 0;
    for (int word = 0; word < signs.length; word++) {
      int at = word * Long.BYTES;
      long bits = 0;
      if (length - at >= Long.BYTES) {
        bits = bytes.getLong(from + at);
      } else {
        for (int i = 0; at + i < length; i++) {
          bits |= (bytes.get(from + at + i) & 0xFFL) << (i * Byte.SIZE);
        }
      }
      signs[word] = bits;
      ones += Long.bitCount(bits);
    }
    return ones;
  }
}
