package io.mnestic.orchestrator.tokens;

import com.knuddels.jtokkit.api.Encoding;
import java.util.List;

/** Byte-pair encoding in this process. */
final class BytePairCounter implements TokenCounter {
  private final Encoding encoding;

  BytePairCounter(Encoding encoding) {
    this.encoding = encoding;
  }

  @Override
  public String name() {
    return encoding.getName();
  }

  @Override
  public int[] count(List<String> texts) {
    return texts.stream().mapToInt(encoding::countTokensOrdinary).toArray();
  }
}
