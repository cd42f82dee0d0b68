package io.mnestic.orchestrator.encoding;

import com.google.protobuf.UnsafeByteOperations;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.orchestrator.encoding.EncodedText.Token;
import java.util.List;

/**
 * Writes tokens as the store takes them: 8 bits a number, which costs no recall that can be seen.
 */
final class TokenWriter {
  /** Most tokens that the store takes of one text; of a longer one, neighbours share a vector. */
  static final int MOST_TOKENS = 1_024;

  private static final int STEPS = 127;

  private TokenWriter() {}

  /** The vectors of at least one token. */
  static TokenVectors write(String name, List<Token> tokens) {
    int group = Math.ceilDiv(tokens.size(), MOST_TOKENS);
    int dimensions = tokens.getFirst().vector().length;
    int count = Math.ceilDiv(tokens.size(), group);
    byte[] bytes = new byte[count * dimensions];
    TokenVectors.Builder written = TokenVectors.newBuilder().setName(name);
    for (int i = 0; i < count; i++) {
      List<Token> shared = tokens.subList(i * group, Math.min((i + 1) * group, tokens.size()));
      float[] vector = mean(shared);
      float scale = scale(vector);
      written.addIds(shared.getFirst().id()).addScales(scale);
      for (int number = 0; number < dimensions; number++) {
        bytes[i * dimensions + number] = (byte) Math.round(vector[number] / scale);
      }
    }
    return written.setVectors(UnsafeByteOperations.unsafeWrap(bytes)).build();
  }

  private static float[] mean(List<Token> tokens) {
    float[] sum = tokens.getFirst().vector().clone();
    for (Token token : tokens.subList(1, tokens.size())) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += token.vector()[i];
      }
    }
    double squares = 0;
    for (float value : sum) {
      squares += (double) value * value;
    }
    double norm = Math.sqrt(squares);
    if (tokens.size() == 1 || norm < 1e-6) {
      return tokens.getFirst().vector();
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (float) (sum[i] / norm);
    }
    return sum;
  }

  private static float scale(float[] vector) {
    float largest = 0;
    for (float value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    return Math.min(1, largest) / STEPS;
  }
}
