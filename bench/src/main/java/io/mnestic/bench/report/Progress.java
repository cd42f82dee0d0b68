package io.mnestic.bench.report;

import java.io.Console;
import java.text.DecimalFormat;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a piece of work is, on standard error, once it has taken two seconds. */
public final class Progress implements AutoCloseable {
  private static final int UPDATE_MILLIS = 250;

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Starts to count.
   *
   * @param task what is done, such as {@code Encoding}
   * @param unit what is counted, such as {@code turns}
   * @param count how many there are
   */
  public static Progress of(String task, String unit, long count) {
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setUnit(" " + unit, 1)
            .setInitialMax(count)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .continuousUpdate()
            .clearDisplayOnFinish()
            .showSpeed(new DecimalFormat("#,##0"))
            .setConsumer(new ProgressLines(System.err, isTerminal(), System::nanoTime))
            .build());
  }

  /** Counts {@code done} more. */
  public void step(long done) {
    bar.stepBy(done);
  }

  /** Sets how many are done. */
  public void stepTo(long done) {
    bar.stepTo(done);
  }

  @Override
  public void close() {
    bar.close();
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }
}
