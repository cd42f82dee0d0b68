package io.mnestic.memory;

import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what the store does in the background. */
final class Awaiting {
  private static final int LOOKS = 6_000;
  private static final int PAUSE_MILLIS = 10;

  private Awaiting() {}

  /** What is looked at, once it is so; a test that waits for ever fails instead. */
  static <T> T until(Supplier<T> look, Predicate<T> so) {
    for (int i = 0; i < LOOKS; i++) {
      T seen = look.get();
      if (so.test(seen)) {
        return seen;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    throw new AssertionError("it did not come to be so: " + look.get());
  }
}
