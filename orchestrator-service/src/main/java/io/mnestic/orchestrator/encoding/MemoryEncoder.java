package io.mnestic.orchestrator.encoding;

import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.orchestrator.encoding.EncodedText.Token;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the vectors that memories are found by: {@code key}; {@code passage/N} for a key over the
 * model's limit, whose {@code key} vector is then the passages' mean; {@code context} for a turn
 * with one before it. The vectors of the tokens come from the same passes through the model.
 */
@Singleton
public final class MemoryEncoder {
  /** A memory takes 4,096 vectors; two of them are {@code key} and {@code context}. */
  static final int MOST_PASSAGES = 4_000;

  private final TextEncoder encoder;

  MemoryEncoder(TextEncoder encoder) {
    this.encoder = encoder;
  }

  /** What each memory is found by, in order; see {@link TextEncoder#documents}. */
  public List<EncodedMemory> encode(
      VectorSpace space, List<Subject> subjects, Duration longestWait, Runnable beforeEachCall) {
    List<String> texts = new ArrayList<>();
    for (Subject subject : subjects) {
      texts.addAll(subject.texts());
    }
    List<EncodedText> encoded = encoder.documents(space, texts, longestWait, beforeEachCall);
    List<EncodedMemory> memories = new ArrayList<>();
    int next = 0;
    for (Subject subject : subjects) {
      EncodedText key = encoded.get(next++);
      List<NamedVector> vectors = keyVectors(key.passages());
      List<TokenVectors> tokens = new ArrayList<>();
      addTokens(tokens, "key", key.tokens());
      if (subject.previousKey() != null) {
        EncodedText context = encoded.get(next++);
        vectors.add(vector("context", Vectors.mean(context.passages())));
        addTokens(
            tokens,
            "context",
            context.tokens().stream()
                .filter(token -> token.start() >= subject.ownStart())
                .toList());
      }
      memories.add(new EncodedMemory(vectors, tokens));
    }
    return memories;
  }

  /** Whether {@link #encode} gives a memory with this key the vectors of its tokens. */
  public static boolean givesTokens(String key) {
    return TextEncoder.isOnePiece(key);
  }

  private static void addTokens(List<TokenVectors> all, String name, List<Token> tokens) {
    if (!tokens.isEmpty()) {
      all.add(TokenWriter.write(name, tokens));
    }
  }

  private static List<NamedVector> keyVectors(List<List<Float>> passages) {
    List<NamedVector> named = new ArrayList<>();
    named.add(vector("key", Vectors.mean(passages)));
    if (passages.size() > 1) {
      List<List<Float>> kept = Vectors.atMost(MOST_PASSAGES, passages);
      for (int i = 0; i < kept.size(); i++) {
        named.add(vector("passage/" + i, kept.get(i)));
      }
    }
    return named;
  }

  private static NamedVector vector(String name, List<Float> values) {
    return NamedVector.newBuilder().setName(name).addAllValues(values).build();
  }
}
