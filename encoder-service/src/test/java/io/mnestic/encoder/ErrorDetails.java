package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Objects;

/** What must stand in every refusal. */
final class ErrorDetails {
  private ErrorDetails() {}

  static void check(StatusRuntimeException refused, Status.Code code, String reason, String field)
      throws Exception {
    assertThat(refused.getStatus().getCode()).isEqualTo(code);
    List<Any> details = Objects.requireNonNull(StatusProto.fromThrowable(refused)).getDetailsList();
    ErrorInfo info = unpack(details, ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo(reason);
    assertThat(info.getDomain()).isEqualTo("mnestic");
    assertThat(unpack(details, BadRequest.class).getFieldViolationsList())
        .extracting(FieldViolation::getField)
        .contains(field);
  }

  private static <M extends Message> M unpack(List<Any> details, Class<M> type) throws Exception {
    return details.stream().filter(any -> any.is(type)).findFirst().orElseThrow().unpack(type);
  }
}
