package io.mnestic.memory.tokens;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A text's token vectors at about one bit a number: the mean of the turned vectors in 8 bits a
 * number, and of each token the signs of what it differs from the mean, with a step that keeps the
 * dot product right on average (RaBitQ, Gao and Long 2024, around the text's own mean).
 *
 * <p>Little-endian: format, 1 byte; step of the mean, 4; mean, one byte a number; then for each
 * token its step, 4, and its signs, the first in the lowest bit.
 */
record PackedTokens(ByteString bytes) {
  private static final byte FORMAT = 1;
  private static final int INT8_STEPS = 127;

  /** Packs unit vectors of one length, at least one; they are turned in place. */
  static PackedTokens pack(float[][] vectors) {
    int dimensions = vectors[0].length;
    Rotation rotation = new Rotation(dimensions);
    float[] mean = new float[dimensions];
    for (float[] vector : vectors) {
      rotation.apply(vector);
      for (int i = 0; i < dimensions; i++) {
        mean[i] += vector[i] / vectors.length;
      }
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(headBytes(dimensions) + vectors.length * tokenBytes(dimensions))
            .order(ByteOrder.LITTLE_ENDIAN);
    putMean(mean, bytes.put(FORMAT));
    for (float[] vector : vectors) {
      putDifference(vector, mean, bytes);
    }
    return new PackedTokens(UnsafeByteOperations.unsafeWrap(bytes.flip()));
  }

  /** Writes the mean and rounds it to what was written. */
  private static void putMean(float[] mean, ByteBuffer bytes) {
    float largest = 0;
    for (float value : mean) {
      largest = Math.max(largest, Math.abs(value));
    }
    float step = largest == 0 ? 1 : largest / INT8_STEPS;
    bytes.putFloat(step);
    for (int i = 0; i < mean.length; i++) {
      byte steps = (byte) Math.round(mean[i] / step);
      bytes.put(steps);
      mean[i] = steps * step;
    }
  }

  private static void putDifference(float[] vector, float[] mean, ByteBuffer bytes) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      float difference = vector[i] - mean[i];
      sum += Math.abs(difference);
      squares += (double) difference * difference;
    }
    bytes.putFloat((float) (sum == 0 ? 0 : squares / sum));
    for (int i = 0; i < vector.length; i += Byte.SIZE) {
      int signs = 0;
      for (int bit = 0; bit < Byte.SIZE && i + bit < vector.length; bit++) {
        signs |= vector[i + bit] > mean[i + bit] ? 1 << bit : 0;
      }
      bytes.put((byte) signs);
    }
  }

  /**
   * Checks that it holds vectors of this length.
   *
   * @throws IllegalStateException if it is damaged or of a format that is not known
   */
  void require(int dimensions) {
    boolean fits =
        !bytes.isEmpty()
            && bytes.byteAt(0) == FORMAT
            && bytes.size() > headBytes(dimensions)
            && (bytes.size() - headBytes(dimensions)) % tokenBytes(dimensions) == 0;
    if (!fits) {
      throw new IllegalStateException("damaged token vectors");
    }
  }

  /** Whether it is whole, of so many vectors of this length, and each of its steps a length. */
  boolean holds(int vectors, int dimensions) {
    if (bytes.isEmpty()
        || bytes.byteAt(0) != FORMAT
        || bytes.size() != headBytes(dimensions) + vectors * tokenBytes(dimensions)) {
      return false;
    }
    ByteBuffer numbers = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    boolean lengths = isLength(numbers.getFloat(1));
    for (int at = headBytes(dimensions); at < bytes.size(); at += tokenBytes(dimensions)) {
      lengths &= isLength(numbers.getFloat(at));
    }
    return lengths;
  }

  /** No step is longer than the unit vectors are. */
  private static boolean isLength(float step) {
    return step >= 0 && step <= 2;
  }

  static int headBytes(int dimensions) {
    return 1 + Float.BYTES + dimensions;
  }

  static int tokenBytes(int dimensions) {
    return Float.BYTES + Math.ceilDiv(dimensions, Byte.SIZE);
  }
}
