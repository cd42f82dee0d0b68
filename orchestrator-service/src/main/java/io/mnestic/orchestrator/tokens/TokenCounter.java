package io.mnestic.orchestrator.tokens;

import java.util.List;

/** Counts tokens by one tokenizer. Text that looks like a special token is plain text. */
public interface TokenCounter {
  /** The tokenizer's name. */
  String name();

  /** Tokens of each text, in order. */
  int[] count(List<String> texts);

  /** Tokens of one text. */
  default int count(String text) {
    return count(List.of(text))[0];
  }
}
