package io.mnestic.memory.read;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Filter;
import io.mnestic.wire.Refusal;

/** What the contract's declared rules can not say about a filter. */
public final class CheckFilter {
  private CheckFilter() {}

  /**
   * Checks a request's {@code filter}.
   *
   * @throws Refusal INVALID_FIELD
   */
  public static void check(Filter filter) {
    checkTime(filter.getFromTime(), "filter.from_time");
    checkTime(filter.getToTime(), "filter.to_time");
    checkTime(filter.getValidAt(), "filter.valid_at");
    checkTime(filter.getValidAfter(), "filter.valid_after");
    checkTime(filter.getValidBefore(), "filter.valid_before");
  }

  private static void checkTime(Timestamp time, String path) {
    if (!Timestamps.isValid(time)) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              path + ": not a time: years 1 to 9999, with 0 to 999,999,999 nanoseconds")
          .withField(path);
    }
  }
}
