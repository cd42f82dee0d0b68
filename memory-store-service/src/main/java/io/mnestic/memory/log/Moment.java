package io.mnestic.memory.log;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Which state of a namespace a read asks for: that of a revision, that at a time, or the newest if
 * neither is set.
 *
 * @param field of the request that says so
 */
public record Moment(@Nullable Long revision, @Nullable Timestamp time, String field) {
  /** The newest state. */
  public static final Moment NOW = new Moment(null, null, "");

  /**
   * What a request's {@code as_of} says.
   *
   * @throws Refusal INVALID_FIELD for a time that is none
   */
  public static Moment of(boolean hasRevision, long revision, boolean hasTime, Timestamp time) {
    if (hasTime && !Timestamps.isValid(time)) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "as_of_time: not a time: years 1 to 9999, with 0 to 999,999,999 nanoseconds")
          .withField("as_of_time");
    }
    if (hasTime) {
      return at(time);
    }
    return hasRevision ? at(revision, "as_of_revision") : NOW;
  }

  /** The state at a time. */
  public static Moment at(Timestamp time) {
    return new Moment(null, time, "as_of_time");
  }

  /** The state of a revision. */
  public static Moment at(long revision) {
    return at(revision, "as_of_revision");
  }

  /** The state of a revision that a field of the request names. */
  public static Moment at(long revision, String field) {
    return new Moment(revision, null, field);
  }

  /** Whether the newest state is asked for. */
  public boolean isNow() {
    return revision == null && time == null;
  }
}
