package io.mnestic.encoder.batching;

import java.util.Locale;

/** Which inputs go before which. */
public enum Lane {
  /** Someone waits for the answer. */
  QUERY,
  /** Documents, in bulk. */
  BULK;

  String threadName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
