package io.mnestic.bench.encoder;

import com.google.common.primitives.Floats;
import com.google.protobuf.ByteString;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.VectorFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors in the formats of the contract, as numbers again. */
final class PackedVectors {
  private PackedVectors() {}

  /** The passage's vector of {@code dimensions} numbers; of BINARY each is 1 or -1. */
  static float[] vector(Passage passage, VectorFormat format, int dimensions) {
    float[] vector =
        switch (format) {
          case VECTOR_FORMAT_FLOATS -> Floats.toArray(passage.getVectorList());
          case VECTOR_FORMAT_FLOAT32 -> singles(passage.getPacked());
          case VECTOR_FORMAT_FLOAT16 -> halves(passage.getPacked());
          case VECTOR_FORMAT_INT8 -> bytes(passage.getPacked(), passage.getScale());
          case VECTOR_FORMAT_BINARY -> signs(passage.getPacked(), dimensions);
          case VECTOR_FORMAT_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException("no format: " + format);
        };
    if (vector.length != dimensions) {
      throw new IllegalStateException(
          "%s came with %d numbers, not %d".formatted(format, vector.length, dimensions));
    }
    return vector;
  }

  private static float[] singles(ByteString packed) {
    ByteBuffer buffer = littleEndian(packed);
    float[] vector = new float[packed.size() / Float.BYTES];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = buffer.getFloat();
    }
    return vector;
  }

  private static float[] halves(ByteString packed) {
    ByteBuffer buffer = littleEndian(packed);
    float[] vector = new float[packed.size() / Short.BYTES];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.float16ToFloat(buffer.getShort());
    }
    return vector;
  }

  private static float[] bytes(ByteString packed, float scale) {
    float[] vector = new float[packed.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = packed.byteAt(i) * scale;
    }
    return vector;
  }

  private static float[] signs(ByteString packed, int dimensions) {
    int bytes = (dimensions + Byte.SIZE - 1) / Byte.SIZE;
    if (packed.size() != bytes) {
      throw new IllegalStateException(
          "BINARY came with %d bytes, not %d".formatted(packed.size(), bytes));
    }
    float[] vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      boolean positive = (packed.byteAt(i / Byte.SIZE) >> (i % Byte.SIZE) & 1) == 1;
      vector[i] = positive ? 1 : -1;
    }
    return vector;
  }

  private static ByteBuffer littleEndian(ByteString packed) {
    return packed.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
