package io.mnestic.orchestrator.encoding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a memory is encoded.
 *
 * @param key the memory's key
 * @param previousKey the key of the turn before it in its session; null if there is none
 */
public record Subject(String key, @Nullable String previousKey) {
  /** The key, and the key together with the one before it. */
  List<String> texts() {
    return previousKey == null ? List.of(key) : List.of(key, previousKey + "\n" + key);
  }

  /** How much text there is to encode, in characters. */
  public long length() {
    return texts().stream().mapToLong(String::length).sum();
  }
}
