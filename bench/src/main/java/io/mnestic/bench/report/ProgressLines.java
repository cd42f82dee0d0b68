package io.mnestic.bench.report;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * Where progress is written: nothing for the first two seconds; then on a terminal one line that is
 * written over and cleared at the end, elsewhere a line of its own now and then.
 */
final class ProgressLines implements ProgressBarConsumer {
  private static final int COLUMNS = 98;
  private static final long QUIET_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoClock;
  private long nextNanos;
  private boolean shown;

  ProgressLines(PrintStream out, boolean terminal, LongSupplier nanoClock) {
    this.out = out;
    this.terminal = terminal;
    this.nanoClock = nanoClock;
    this.nextNanos = nanoClock.getAsLong() + QUIET_NANOS;
  }

  @Override
  public int getMaxRenderedLength() {
    return COLUMNS;
  }

  @Override
  public synchronized void accept(String line) {
    long now = nanoClock.getAsLong();
    if (now - nextNanos < 0) {
      return;
    }
    shown = true;
    if (terminal) {
      out.print("\r" + line);
    } else {
      nextNanos = now + PAUSE_NANOS;
      out.println(line.strip());
    }
    out.flush();
  }

  @Override
  public synchronized void clear() {
    if (shown && terminal) {
      out.print("\r" + " ".repeat(COLUMNS) + "\r");
      out.flush();
    }
  }

  @Override
  public void close() {
    out.flush();
  }
}
