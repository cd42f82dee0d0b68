package io.mnestic.memory.history;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * Limits of what changes the past into the present.
 *
 * @param maxChangeBytes most bytes that a restore or a merge writes: one entry of the log is one
 *     message, written by one fsync and indexed whole
 */
@ConfigurationProperties("mnestic.store.history")
public record HistorySettings(
    @Bindable(defaultValue = "268435456") @Min(1) @Max(1L << 30) long maxChangeBytes) {
  /**
   * Refuses what is too large for one entry.
   *
   * @throws Refusal CHANGE_TOO_LARGE
   */
  void checkSize(long bytes) {
    if (bytes > maxChangeBytes) {
      throw Refusal.of(
          Reason.REASON_CHANGE_TOO_LARGE,
          "more than %d bytes differ: branch the namespace instead, or write what differs in parts"
              .formatted(maxChangeBytes));
    }
  }
}
