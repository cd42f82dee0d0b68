package io.mnestic.bench.encoder;

import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Precision;
import io.mnestic.encoder.v1.VectorFormat;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the packed formats lose. */
final class Formats {
  private static final List<VectorFormat> PACKED =
      List.of(
          VectorFormat.VECTOR_FORMAT_FLOAT32,
          VectorFormat.VECTOR_FORMAT_FLOAT16,
          VectorFormat.VECTOR_FORMAT_INT8,
          VectorFormat.VECTOR_FORMAT_BINARY);

  private final EncoderCalls calls;

  Formats(EncoderCalls calls) {
    this.calls = calls;
  }

  /**
   * The worst cosine of each packed format with FLOATS; of BINARY, with the signs of FLOATS.
   * Without those that the encoder does not have.
   */
  Map<VectorFormat, Double> worstCosines(List<Text> texts) {
    EncodeRequest request = calls.request(texts, Precision.PRECISION_FLOAT32);
    float[][] exact = vectors(calls.clients().encoder().encode(request), texts.size());
    Map<VectorFormat, Double> worst = new EnumMap<>(VectorFormat.class);
    for (VectorFormat format : PACKED) {
      EncodeResponse response =
          calls.clients().encoder().encode(request.toBuilder().setFormat(format).build());
      if (response.getEncodings(0).getPassages(0).getPacked().isEmpty()) {
        continue;
      }
      double cosine = 1;
      for (int i = 0; i < exact.length; i++) {
        float[] expected = format == VectorFormat.VECTOR_FORMAT_BINARY ? signs(exact[i]) : exact[i];
        float[] packed =
            PackedVectors.vector(
                response.getEncodings(i).getPassages(0), format, calls.model().dimensions());
        cosine = Math.min(cosine, Cosines.cosine(packed, expected));
      }
      worst.put(format, cosine);
    }
    return worst;
  }

  private float[][] vectors(EncodeResponse response, int count) {
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = calls.vector(response.getEncodings(i));
    }
    return vectors;
  }

  private static float[] signs(float[] vector) {
    float[] signs = new float[vector.length];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = vector[i] > 0 ? 1 : -1;
    }
    return signs;
  }
}
