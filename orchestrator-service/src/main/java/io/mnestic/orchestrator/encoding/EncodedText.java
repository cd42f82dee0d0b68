package io.mnestic.orchestrator.encoding;

import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.Passage;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the encoder made of a text.
 *
 * @param passages a unit vector each, at least one
 * @param tokens in text order, each once; empty for a text that went out in pieces
 */
record EncodedText(List<List<Float>> passages, List<Token> tokens) {
  /** Of one piece or of several. */
  static EncodedText of(List<Encoding> pieces) {
    List<List<Float>> passages = new ArrayList<>();
    for (Encoding piece : pieces) {
      for (Passage passage : piece.getPassagesList()) {
        FloatBuffer numbers = numbers(passage.getPacked().asReadOnlyByteBuffer());
        List<Float> vector = new ArrayList<>(numbers.remaining());
        while (numbers.hasRemaining()) {
          vector.add(numbers.get());
        }
        passages.add(vector);
      }
    }
    return new EncodedText(passages, pieces.size() > 1 ? List.of() : tokens(pieces.getFirst()));
  }

  /** Passages overlap: a token that stands in two is taken from the first. */
  private static List<Token> tokens(Encoding encoding) {
    List<Token> tokens = new ArrayList<>();
    for (Passage passage : encoding.getPassagesList()) {
      int seen = tokens.isEmpty() ? -1 : tokens.getLast().start();
      int count = passage.getTokens().getIdsCount();
      FloatBuffer numbers = numbers(passage.getTokens().getPacked().asReadOnlyByteBuffer());
      for (int i = 0; i < count; i++) {
        float[] vector = new float[numbers.capacity() / count];
        numbers.get(vector);
        if (passage.getTokens().getStarts(i) > seen) {
          tokens.add(
              new Token(passage.getTokens().getIds(i), passage.getTokens().getStarts(i), vector));
        }
      }
    }
    return tokens;
  }

  private static FloatBuffer numbers(java.nio.ByteBuffer bytes) {
    return bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  /**
   * One token.
   *
   * @param id in the model's vocabulary
   * @param start its first character in the text, in code points
   * @param vector of unit length
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Token(int id, int start, float[] vector) {}
}
