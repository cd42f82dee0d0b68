package io.mnestic.encoder.model;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log what is going on when a step takes longer than people wait in silence. */
final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  private static final long SILENCE_MILLIS = 2_000;

  private Patience() {}

  /**
   * Runs a step.
   *
   * @param what the step as a phrase, such as "unpacking PyTorch"
   */
  static <T> T during(String what, Callable<T> step) throws Exception {
    long start = System.nanoTime();
    CompletableFuture<Void> notice =
        CompletableFuture.runAsync(
            () -> LOG.info("{} ...", what),
            CompletableFuture.delayedExecutor(SILENCE_MILLIS, TimeUnit.MILLISECONDS));
    try {
      return step.call();
    } finally {
      notice.cancel(false);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      if (millis >= SILENCE_MILLIS) {
        LOG.info("{} took {} ms", what, millis);
      }
    }
  }
}
