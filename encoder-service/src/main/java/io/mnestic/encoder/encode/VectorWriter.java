package io.mnestic.encoder.encode;

import com.google.common.primitives.Floats;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.TokenVectors;
import io.mnestic.encoder.v1.VectorFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Writes unit vectors in one format.
 *
 * @param dimensions to cut them to; the rest is normalised again
 */
record VectorWriter(VectorFormat format, int dimensions) {
  private static final int INT8_STEPS = 127;

  /** Writes a text's vector. */
  void write(float[] vector, Passage.Builder passage) {
    float[] unit = unit(vector);
    if (isFloats()) {
      passage.addAllVector(Floats.asList(unit));
      return;
    }
    float step = step(unit);
    passage.setPacked(packed(List.of(unit), new float[] {step}));
    if (format == VectorFormat.VECTOR_FORMAT_INT8) {
      passage.setScale(step);
    }
  }

  /** Writes the vectors of tokens, which need not be of unit length. */
  void write(List<float[]> vectors, TokenVectors.Builder tokens) {
    List<float[]> units = vectors.stream().map(this::unit).toList();
    if (isFloats()) {
      units.forEach(unit -> tokens.addAllVectors(Floats.asList(unit)));
      return;
    }
    float[] steps = new float[units.size()];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = step(units.get(i));
    }
    tokens.setPacked(packed(units, steps));
    if (format == VectorFormat.VECTOR_FORMAT_INT8) {
      tokens.addAllScales(Floats.asList(steps));
    }
  }

  /** The leading numbers of a vector, as a unit vector. */
  float[] unit(float[] vector) {
    float[] cut = Arrays.copyOf(vector, dimensions);
    double squares = 0;
    for (float value : cut) {
      squares += (double) value * value;
    }
    double norm = Math.sqrt(squares);
    // The model's own unit vectors stay as they are, to the last bit.
    if (norm > 0 && (dimensions < vector.length || Math.abs(norm - 1) > 1e-4)) {
      for (int i = 0; i < cut.length; i++) {
        cut[i] = (float) (cut[i] / norm);
      }
    }
    return cut;
  }

  private ByteString packed(List<float[]> vectors, float[] steps) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vectors.size() * bytesOfOne()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < steps.length; i++) {
      put(vectors.get(i), steps[i], bytes);
    }
    return UnsafeByteOperations.unsafeWrap(bytes.flip());
  }

  private void put(float[] vector, float step, ByteBuffer bytes) {
    switch (format) {
      case VECTOR_FORMAT_FLOAT16 -> {
        for (float value : vector) {
          bytes.putShort(Float.floatToFloat16(value));
        }
      }
      case VECTOR_FORMAT_INT8 -> {
        for (float value : vector) {
          bytes.put((byte) Math.round(value / step));
        }
      }
      case VECTOR_FORMAT_BINARY -> {
        for (int i = 0; i < vector.length; i += Byte.SIZE) {
          int bits = 0;
          for (int bit = 0; bit < Byte.SIZE && i + bit < vector.length; bit++) {
            bits |= vector[i + bit] > 0 ? 1 << bit : 0;
          }
          bytes.put((byte) bits);
        }
      }
      default -> {
        for (float value : vector) {
          bytes.putFloat(value);
        }
      }
    }
  }

  private int bytesOfOne() {
    return switch (format) {
      case VECTOR_FORMAT_FLOAT16 -> dimensions * Short.BYTES;
      case VECTOR_FORMAT_INT8 -> dimensions;
      case VECTOR_FORMAT_BINARY -> Math.ceilDiv(dimensions, Byte.SIZE);
      default -> dimensions * Float.BYTES;
    };
  }

  /** One of 127 steps from 0 to the largest number; 1 for a vector of zeros. */
  private static float step(float[] vector) {
    float largest = 0;
    for (float value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest == 0 ? 1 : largest / INT8_STEPS;
  }

  private boolean isFloats() {
    return format == VectorFormat.VECTOR_FORMAT_FLOATS
        || format == VectorFormat.VECTOR_FORMAT_UNSPECIFIED;
  }
}
