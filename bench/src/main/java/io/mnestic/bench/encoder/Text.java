package io.mnestic.bench.encoder;

import java.util.List;

/**
 * A text with its tokens.
 *
 * @param ids with the special tokens before and after it, as the model reads them
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Text(String content, long[] ids) {
  int tokens() {
    return ids.length;
  }

  /** Tokens of all, special ones included and padding not. */
  static long tokens(List<Text> texts) {
    return texts.stream().mapToLong(Text::tokens).sum();
  }
}
