package io.mnestic.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.mnestic.error.v1.Reason;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {
  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"REASON_UNSPECIFIED", "UNRECOGNIZED"},
      mode = EnumSource.Mode.EXCLUDE)
  void onlyADefectIsInternal(Reason reason) {
    // The contract's comment ends in the code, in brackets; comments are not in descriptors, so it
    // is kept here twice.
    Status.Code code = Refusal.code(reason);

    assertThat(code).isNotIn(Status.Code.OK, Status.Code.UNKNOWN);
    assertThat(code == Status.Code.INTERNAL).isEqualTo(reason == Reason.REASON_INTERNAL);
  }

  @Test
  void carriesReasonFieldsMetadataAndRetry() throws Exception {
    Refusal refusal =
        Refusal.of(Reason.REASON_OVERLOADED, "the queue is full: try again")
            .withField("texts")
            .withMetadata("queue", "bge")
            .withRetryAfter(Duration.ofMillis(1_250));

    var status = Objects.requireNonNull(StatusProto.fromThrowable(refusal.toStatusException()));

    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    assertThat(status.getMessage()).isEqualTo("the queue is full: try again");
    ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo("OVERLOADED");
    assertThat(info.getDomain()).isEqualTo("mnestic");
    assertThat(info.getMetadataMap()).containsEntry("queue", "bge");
    BadRequest bad = status.getDetails(1).unpack(BadRequest.class);
    assertThat(bad.getFieldViolations(0).getField()).isEqualTo("texts");
    RetryInfo retry = status.getDetails(2).unpack(RetryInfo.class);
    assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(1);
    assertThat(retry.getRetryDelay().getNanos()).isEqualTo(250_000_000);
  }
}
