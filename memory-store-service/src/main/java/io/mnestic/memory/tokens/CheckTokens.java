package io.mnestic.memory.tokens;

import com.google.protobuf.ByteString;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Refuses token vectors that can not be compared. */
public final class CheckTokens {
  /** Most tokens of one text. */
  static final int MOST_TOKENS = 1_024;

  private CheckTokens() {}

  /**
   * The token vectors of one memory as the store keeps them.
   *
   * @param path the field path of the list, such as {@code memories[2].token_vectors}
   * @throws Refusal WRONG_DIMENSION, VECTOR_NOT_FINITE, VECTOR_ZERO, INVALID_FIELD
   */
  public static List<TokenVectors> packed(List<TokenVectors> asked, int dimensions, String path) {
    Set<String> names = new HashSet<>();
    List<TokenVectors> packed = new ArrayList<>(asked.size());
    for (int i = 0; i < asked.size(); i++) {
      TokenVectors tokens = asked.get(i);
      String element = path + "[" + i + "]";
      if (!names.add(tokens.getName())) {
        throw refused(
            Reason.REASON_INVALID_FIELD,
            "the tokens '" + tokens.getName() + "' are given twice: give them once",
            element + ".name");
      }
      packed.add(
          TokenVectors.newBuilder()
              .setName(tokens.getName())
              .addAllIds(tokens.getIdsList())
              .setPacked(packed(tokens, dimensions, element))
              .build());
    }
    return packed;
  }

  private static ByteString packed(TokenVectors tokens, int dimensions, String path) {
    if (tokens.getPacked().isEmpty()) {
      return PackedTokens.pack(vectors(tokens, dimensions, path)).bytes();
    }
    checkCount(tokens, path);
    if (!tokens.getVectors().isEmpty() || tokens.getScalesCount() > 0) {
      throw either(path);
    }
    if (!new PackedTokens(tokens.getPacked()).holds(tokens.getIdsCount(), dimensions)) {
      throw refused(
          Reason.REASON_INVALID_FIELD,
          "packed is not what the store makes of %d vectors of %d numbers: take it from an export"
              .formatted(tokens.getIdsCount(), dimensions),
          path + ".packed");
    }
    return tokens.getPacked();
  }

  private static int checkCount(TokenVectors tokens, String path) {
    int count = tokens.getIdsCount();
    if (count == 0 || count > MOST_TOKENS) {
      throw refused(
          Reason.REASON_INVALID_FIELD,
          "there are %d tokens: give 1 to %d".formatted(count, MOST_TOKENS),
          path + ".ids");
    }
    return count;
  }

  /**
   * The vectors as numbers.
   *
   * @param path the message's field path
   * @throws Refusal as {@link #packed}
   */
  public static float[][] vectors(TokenVectors tokens, int dimensions, String path) {
    if (!tokens.getPacked().isEmpty()) {
      throw either(path);
    }
    int count = checkCount(tokens, path);
    if (tokens.getVectors().size() != count * dimensions) {
      throw refused(
          Reason.REASON_WRONG_DIMENSION,
          "%d tokens need %d bytes, %d each, and there are %d: encode with the namespace's model"
              .formatted(count, count * dimensions, dimensions, tokens.getVectors().size()),
          path + ".vectors");
    }
    if (tokens.getScalesCount() != count) {
      throw refused(
          Reason.REASON_INVALID_FIELD,
          "%d tokens have %d scales: give each one".formatted(count, tokens.getScalesCount()),
          path + ".scales");
    }
    byte[] bytes = tokens.getVectors().toByteArray();
    float[][] vectors = new float[count][dimensions];
    for (int token = 0; token < count; token++) {
      float scale = tokens.getScales(token);
      if (!(scale > 0) || scale > 1) {
        throw refused(
            Reason.REASON_VECTOR_NOT_FINITE,
            "the scale %s is not above 0 and up to 1, as a unit vector's is".formatted(scale),
            path + ".scales[" + token + "]");
      }
      boolean zero = true;
      for (int i = 0; i < dimensions; i++) {
        byte step = bytes[token * dimensions + i];
        vectors[token][i] = step * scale;
        zero &= step == 0;
      }
      if (zero) {
        throw refused(
            Reason.REASON_VECTOR_ZERO,
            "the vector of token %d is all zeros, so it points nowhere".formatted(token),
            path + ".vectors");
      }
    }
    return vectors;
  }

  private static Refusal either(String path) {
    return refused(
        Reason.REASON_INVALID_FIELD,
        "packed stands in the place of vectors and scales, and only in what is stored: give either",
        path + ".packed");
  }

  private static Refusal refused(Reason reason, String message, String field) {
    return Refusal.of(reason, message).withField(field);
  }
}
