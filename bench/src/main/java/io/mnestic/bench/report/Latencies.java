package io.mnestic.bench.report;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long calls took, to three digits, up to ten minutes. Safe for many threads. */
public final class Latencies {
  private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final int DIGITS = 3;

  private final Histogram micros = new ConcurrentHistogram(MAX_MICROS, DIGITS);

  /** Adds one call. */
  public void add(Duration duration) {
    micros.recordValue(
        Math.clamp(TimeUnit.NANOSECONDS.toMicros(duration.toNanos()), 0, MAX_MICROS));
  }

  /** Calls so far. */
  public long count() {
    return micros.getTotalCount();
  }

  /** The time in milliseconds that {@code percent} of the calls did not exceed; 0 without calls. */
  public double millis(double percent) {
    return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percent) / 1000.0;
  }
}
