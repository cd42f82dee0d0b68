package io.mnestic.bench.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.VectorFormat;
import org.junit.jupiter.api.Test;

class PackedVectorsTest {
  @Test
  void floats() {
    Passage passage = Passage.newBuilder().addVector(0.5f).addVector(-2).build();

    assertThat(PackedVectors.vector(passage, VectorFormat.VECTOR_FORMAT_FLOATS, 2))
        .containsExactly(0.5f, -2);
  }

  @Test
  void singlesAreLittleEndian() {
    // 1.0 is 0x3F800000, -2.5 is 0xC0200000.
    assertThat(decoded(VectorFormat.VECTOR_FORMAT_FLOAT32, 2, 0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0))
        .containsExactly(1.0f, -2.5f);
  }

  @Test
  void halvesAreLittleEndian() {
    // 1.0 is 0x3C00, -2.5 is 0xC100, 2^-24, the least there is, is 0x0001.
    assertThat(decoded(VectorFormat.VECTOR_FORMAT_FLOAT16, 3, 0, 0x3C, 0, 0xC1, 1, 0))
        .containsExactly(1.0f, -2.5f, 0x1p-24f);
  }

  @Test
  void bytesAreTwosComplementTimesTheScale() {
    Passage passage = packed(0x7F, 0x80, 0xFF, 0).toBuilder().setScale(0.25f).build();

    assertThat(PackedVectors.vector(passage, VectorFormat.VECTOR_FORMAT_INT8, 4))
        .containsExactly(31.75f, -32, -0.25f, 0);
  }

  @Test
  void firstBitIsTheLowestOfTheFirstByte() {
    // 0x81 has the first and the eighth bit, 0x02 the tenth.
    assertThat(decoded(VectorFormat.VECTOR_FORMAT_BINARY, 10, 0x81, 0x02))
        .containsExactly(1, -1, -1, -1, -1, -1, -1, 1, -1, 1);
  }

  @Test
  void wrongLengthIsAFailure() {
    assertThatThrownBy(() -> decoded(VectorFormat.VECTOR_FORMAT_FLOAT16, 3, 0, 0x3C))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> decoded(VectorFormat.VECTOR_FORMAT_BINARY, 9, 0x81))
        .isInstanceOf(IllegalStateException.class);
  }

  private static float[] decoded(VectorFormat format, int dimensions, int... bytes) {
    return PackedVectors.vector(packed(bytes), format, dimensions);
  }

  private static Passage packed(int... bytes) {
    byte[] packed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      packed[i] = (byte) bytes[i];
    }
    return Passage.newBuilder().setPacked(ByteString.copyFrom(packed)).build();
  }
}
