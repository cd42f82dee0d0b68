package io.mnestic.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import build.buf.protovalidate.ValidatorFactory;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.CountTokensResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.error.v1.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireInterceptorIT {
  private final ScriptedEndpoint endpoint = new ScriptedEndpoint();
  private Server server;
  private ManagedChannel channel;
  private EncoderServiceBlockingStub stub;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(ServerSetup.MAX_MESSAGE_BYTES)
            .addService(endpoint)
            .intercept(
                new WireInterceptor(
                    new RequestRules(ValidatorFactory.newBuilder().build()), List.of(endpoint)))
            .build()
            .start();
    channel = Channels.plaintext("127.0.0.1:" + server.getPort());
    stub = EncoderServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    server.shutdownNow().awaitTermination();
  }

  @Test
  void aRuleOfTheContractIsEnforcedWithTheFieldsPath() throws Exception {
    endpoint.answer = out -> out.onCompleted();
    CountTokensRequest request =
        CountTokensRequest.newBuilder()
            .setTokenizer("bad\u0000name")
            .addTexts("good")
            .addTexts("x".repeat((1 << 20) + 1))
            .build();

    Status status = refused(request);

    assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason()).isEqualTo("INVALID_FIELD");
    BadRequest bad = status.getDetails(1).unpack(BadRequest.class);
    assertThat(bad.getFieldViolationsList())
        .extracting(BadRequest.FieldViolation::getField)
        .containsExactlyInAnyOrder("tokenizer", "texts[1]");
    assertThat(endpoint.calls).hasValue(0);
  }

  @Test
  void manyBrokenRulesFitIntoTheTrailers() throws Exception {
    CountTokensRequest.Builder request = CountTokensRequest.newBuilder();
    String text = "x".repeat((1 << 20) + 1);
    for (int i = 0; i < 40; i++) {
      request.addTexts(text);
    }

    Status status = refused(request.build());

    assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
    BadRequest bad = status.getDetails(1).unpack(BadRequest.class);
    assertThat(bad.getFieldViolationsList()).hasSize(16);
    assertThat(status.getMessage()).contains("24");
  }

  @Test
  void aThrownRefusalKeepsItsReason() throws Exception {
    endpoint.answer =
        out -> {
          throw Refusal.of(Reason.REASON_UNKNOWN_MODEL, "no such model").withField("model");
        };

    Status status = refused(valid());

    assertThat(status.getCode()).isEqualTo(Code.NOT_FOUND.value());
    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason()).isEqualTo("UNKNOWN_MODEL");
  }

  @Test
  void aRefusalFromAnotherThreadKeepsItsReason() throws Exception {
    endpoint.answer =
        out ->
            Thread.ofVirtual()
                .start(() ->
                    out.onError(
                        new CompletionException(
                            Refusal.of(Reason.REASON_RECORD_NOT_FOUND, "no such record"))));

    Status status = refused(valid());

    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason())
        .isEqualTo("RECORD_NOT_FOUND");
  }

  @Test
  void anotherServicesStatusGoesThroughWithItsDetails() throws Exception {
    endpoint.answer =
        out ->
            out.onError(
                Refusal.of(Reason.REASON_NAMESPACE_NOT_FOUND, "no such namespace")
                    .toStatusException());

    Status status = refused(valid());

    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason())
        .isEqualTo("NAMESPACE_NOT_FOUND");
  }

  @Test
  void aDefectShowsAnIdAndNotItsText() throws Exception {
    endpoint.answer =
        out -> {
          throw new IllegalStateException("password=hunter2");
        };

    Status status = refused(valid());

    assertThat(status.getCode()).isEqualTo(Code.INTERNAL.value());
    assertThat(status.getMessage()).doesNotContain("hunter2");
    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getMetadataMap())
        .containsKey("error_id");
  }

  @Test
  void theServerAnswersAfterADefect() {
    endpoint.answer =
        out -> {
          throw new IllegalStateException("a defect");
        };
    refused(valid());
    endpoint.answer =
        out -> {
          out.onNext(CountTokensResponse.newBuilder().addCounts(7).build());
          out.onCompleted();
        };

    assertThat(stub.countTokens(valid()).getCountsList()).containsExactly(7);
  }

  private Status refused(CountTokensRequest request) {
    StatusRuntimeException e =
        catchThrowableOfType(StatusRuntimeException.class, () -> stub.countTokens(request));
    return Objects.requireNonNull(StatusProto.fromThrowable(e));
  }

  private static CountTokensRequest valid() {
    return CountTokensRequest.newBuilder().addTexts("text").build();
  }

  /** A service at the wire whose answer each test chooses. */
  private static final class ScriptedEndpoint extends EncoderServiceGrpc.EncoderServiceImplBase {
    volatile Consumer<StreamObserver<CountTokensResponse>> answer = StreamObserver::onCompleted;
    final AtomicInteger calls = new AtomicInteger();

    @Override
    public void countTokens(CountTokensRequest request, StreamObserver<CountTokensResponse> out) {
      calls.incrementAndGet();
      answer.accept(out);
    }
  }
}
