package io.mnestic.orchestrator.peers;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads why another service refused a call. */
public final class PeerFailure {
  private PeerFailure() {}

  /** Whether the failure carries this reason. */
  public static boolean is(StatusRuntimeException failure, Reason reason) {
    return reasonName(failure.getStatus(), trailers(failure)).equals(Refusal.reasonName(reason));
  }

  /** What a call to another service gives; empty if it is refused for this reason. */
  public static <T> Optional<T> unless(Reason reason, Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (StatusRuntimeException e) {
      if (is(e, reason)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * The same failure in the words of this service's request: fields of the other service's request
   * that begin with {@code theirs} begin with {@code ours}.
   */
  public static StatusRuntimeException withFields(
      StatusRuntimeException failure, String theirs, String ours) {
    com.google.rpc.Status.Builder status =
        StatusProto.fromStatusAndTrailers(failure.getStatus(), trailers(failure)).toBuilder();
    for (Any.Builder detail : status.getDetailsBuilderList()) {
      if (detail.build().is(BadRequest.class)) {
        try {
          BadRequest.Builder request = detail.build().unpack(BadRequest.class).toBuilder();
          for (BadRequest.FieldViolation.Builder violation :
              request.getFieldViolationsBuilderList()) {
            if (violation.getField().startsWith(theirs)) {
              violation.setField(ours + violation.getField().substring(theirs.length()));
            }
          }
          detail.mergeFrom(Any.pack(request.build()));
        } catch (InvalidProtocolBufferException e) {
          return failure;
        }
      }
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  static boolean hasReason(Status status, Metadata trailers) {
    return !reasonName(status, trailers).isEmpty();
  }

  private static Metadata trailers(StatusRuntimeException failure) {
    Metadata trailers = failure.getTrailers();
    return trailers == null ? new Metadata() : trailers;
  }

  private static String reasonName(Status status, Metadata trailers) {
    for (Any detail : StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException e) {
          return "";
        }
      }
    }
    return "";
  }
}
