package io.mnestic.wire;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mnestic.error.v1.Reason;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What callers are told of failures. */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /**
   * The status of a failed call or part of one: a {@link Refusal} its own, a status of another
   * service the same, anything else INTERNAL under an id that stands in the log.
   *
   * @param what failed, for the log
   */
  public static StatusRuntimeException statusOf(Throwable failure, String what) {
    return switch (unwrap(failure)) {
      case Refusal refusal -> refusal.toStatusException();
      case StatusRuntimeException status -> status;
      case CancellationException cancelled ->
          Status.CANCELLED.withDescription("the call was cancelled").asRuntimeException();
      case Throwable defect -> {
        String id = UUID.randomUUID().toString();
        LOG.error("{} failed, error id {}", what, id, defect);
        yield Refusal.of(Reason.REASON_INTERNAL, "internal error " + id)
            .withMetadata("error_id", id)
            .toStatusException();
      }
    };
  }

  /** The same as a message, for the part of a reply that failed. */
  public static com.google.rpc.Status protoOf(Throwable failure, String what) {
    StatusRuntimeException status = statusOf(failure, what);
    return StatusProto.fromStatusAndTrailers(status.getStatus(), status.getTrailers());
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && cause != null ? unwrap(cause) : failure;
  }
}
