package io.mnestic.memory.log;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.Objects;
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

  private static final String AS_OF_TIME = "as_of_time";

  /**
   * What a request's {@code as_of_revision} or {@code as_of_time} says.
   *
   * @param request of a type that has both fields
   * @throws Refusal INVALID_FIELD for a time that is none
   */
  public static Moment of(Message request) {
    FieldDescriptor revision = field(request, "as_of_revision");
    if (request.hasField(revision)) {
      return at((Long) request.getField(revision));
    }
    FieldDescriptor time = field(request, AS_OF_TIME);
    if (!request.hasField(time)) {
      return NOW;
    }
    Timestamp asOf = (Timestamp) request.getField(time);
    if (!Timestamps.isValid(asOf)) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "as_of_time: not a time: years 1 to 9999, with 0 to 999,999,999 nanoseconds")
          .withField(AS_OF_TIME);
    }
    return at(asOf);
  }

  /** The state at a time. */
  public static Moment at(Timestamp time) {
    return new Moment(null, time, AS_OF_TIME);
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

  private static FieldDescriptor field(Message request, String name) {
    return Objects.requireNonNull(request.getDescriptorForType().findFieldByName(name), name);
  }
}
