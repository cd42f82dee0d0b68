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
  /** A turn of a few sentences is context as it is. */
  private static final int WHOLE = 320;

  /** Of a longer one the end, which is what is answered: the whole would drown the turn. */
  private static final int END = 120;

  /** The key, and the key together with the one before it. */
  List<String> texts() {
    return previousKey == null ? List.of(key) : List.of(key, before() + key);
  }

  /** The first of the key's own characters in the second text, in code points. */
  int ownStart() {
    return before().codePointCount(0, before().length());
  }

  /** How much text there is to encode, in characters. */
  public long length() {
    return texts().stream().mapToLong(String::length).sum();
  }

  private String before() {
    if (previousKey == null) {
      return "";
    }
    return (previousKey.length() <= WHOLE ? previousKey : end(previousKey)) + "\n";
  }

  /** From the first word that begins in the last characters. */
  private static String end(String text) {
    String end = text.substring(text.length() - END);
    for (int i = 0; i < end.length() - 1; i++) {
      if (Character.isWhitespace(end.charAt(i))) {
        return end.substring(i + 1);
      }
    }
    return Character.isLowSurrogate(end.charAt(0)) ? end.substring(1) : end;
  }
}
