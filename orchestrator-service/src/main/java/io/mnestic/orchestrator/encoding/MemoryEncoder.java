package io.mnestic.orchestrator.encoding;

import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.VectorSpace;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the vectors that memories are found by: {@code key}; {@code passage/N} for a key over the
 * model's limit, whose {@code key} vector is then the passages' mean; {@code context} for a turn
 * with one before it.
 */
@Singleton
public final class MemoryEncoder {
  /** A memory takes 4,096 vectors; two of them are {@code key} and {@code context}. */
  static final int MOST_PASSAGES = 4_000;

  private final TextEncoder encoder;

  MemoryEncoder(TextEncoder encoder) {
    this.encoder = encoder;
  }

  /** The vectors of each memory, in order; see {@link TextEncoder#documents}. */
  public List<List<NamedVector>> encode(
      VectorSpace space, List<Subject> subjects, Duration longestWait, Runnable beforeEachCall) {
    List<String> texts = new ArrayList<>();
    for (Subject subject : subjects) {
      texts.addAll(subject.texts());
    }
    List<List<List<Float>>> passages = encoder.documents(space, texts, longestWait, beforeEachCall);
    List<List<NamedVector>> vectors = new ArrayList<>();
    int next = 0;
    for (Subject subject : subjects) {
      List<NamedVector> named = keyVectors(passages.get(next++));
      if (subject.previousKey() != null) {
        named.add(vector("context", Vectors.mean(passages.get(next++))));
      }
      vectors.add(named);
    }
    return vectors;
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
