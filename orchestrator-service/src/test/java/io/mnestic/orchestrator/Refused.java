package io.mnestic.orchestrator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A call that was refused, as the caller sees it. */
record Refused(Status.Code code, String reason, List<String> fields, ErrorInfo info) {
  static Refused by(ThrowingCallable call) {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(failure).as("a refusal").isNotNull();
    ErrorInfo info = ErrorInfo.getDefaultInstance();
    List<String> fields = new ArrayList<>();
    try {
      for (Any detail : requireNonNull(StatusProto.fromThrowable(failure)).getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          info = detail.unpack(ErrorInfo.class);
        } else if (detail.is(BadRequest.class)) {
          detail
              .unpack(BadRequest.class)
              .getFieldViolationsList()
              .forEach(violation -> fields.add(violation.getField()));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return new Refused(failure.getStatus().getCode(), info.getReason(), fields, info);
  }

  void because(Status.Code code, String reason, String... fields) {
    assertThat(this.code).isEqualTo(code);
    assertThat(this.reason).isEqualTo(reason);
    assertThat(info.getDomain()).isEqualTo("mnestic");
    assertThat(this.fields).containsExactly(fields);
  }
}
