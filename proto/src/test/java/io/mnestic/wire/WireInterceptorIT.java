package io.mnestic.wire;

import static io.grpc.CallOptions.DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import build.buf.protovalidate.ValidatorFactory;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.CountTokensResponse;
import io.mnestic.encoder.v1.EncodeStreamRequest;
import io.mnestic.encoder.v1.EncodeStreamResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.error.v1.Reason;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireInterceptorIT {
  /** Field 1 of the requests is a string: two bytes that are not UTF-8. */
  private static final byte[] NOT_UTF8 = {0x0A, 0x02, (byte) 0xC3, (byte) 0x28};

  private final ScriptedEndpoint endpoint = new ScriptedEndpoint();
  private Server server;
  private ManagedChannel channel;
  private EncoderServiceBlockingStub stub;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(ServerSetup.MAX_MESSAGE_BYTES)
            .addService(
                new CheckedServices(new RequestRules(ValidatorFactory.newBuilder().build()))
                    .checked(endpoint))
            .intercept(new WireInterceptor())
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

  @Test
  void bytesThatAreNoRequestAreRefused() throws Exception {
    Status status =
        refused(() ->
            ClientCalls.blockingUnaryCall(
                channel, bytes(EncoderServiceGrpc.getCountTokensMethod()), DEFAULT, NOT_UTF8));

    assertUnreadable(status, "CountTokens");
    assertThat(endpoint.calls).hasValue(0);
  }

  @Test
  void bytesThatAreNoRequestEndAStreamAndWhatItWasAtWorkOnIsDropped() throws Exception {
    Status status =
        refused(() ->
            ClientCalls.blockingServerStreamingCall(
                    channel, bytes(EncoderServiceGrpc.getEncodeStreamMethod()), DEFAULT, NOT_UTF8)
                .hasNext());

    assertUnreadable(status, "EncodeStream");
    assertThat(endpoint.calls).hasValue(0);
    StreamObserver<EncodeStreamResponse> replies = endpoint.replies.get();
    assertThatNoException()
        .isThrownBy(() -> {
          replies.onNext(EncodeStreamResponse.getDefaultInstance());
          replies.onCompleted();
        });
  }

  private static void assertUnreadable(Status status, String method) throws Exception {
    assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
    assertThat(status.getMessage()).contains(method, "UTF-8");
    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason()).isEqualTo("INVALID_FIELD");
    assertThat(status.getDetails(1).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("request");
  }

  private Status refused(CountTokensRequest request) {
    return refused(() -> stub.countTokens(request));
  }

  private static Status refused(ThrowingCallable call) {
    return Objects.requireNonNull(
        StatusProto.fromThrowable(catchThrowableOfType(StatusRuntimeException.class, call)));
  }

  /** The method as a client that has only bytes calls it. */
  private static <S> MethodDescriptor<byte[], S> bytes(MethodDescriptor<?, S> method) {
    MethodDescriptor.Marshaller<byte[]> marshaller =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("requests are sent");
          }
        };
    return method.toBuilder(marshaller, method.getResponseMarshaller()).build();
  }

  private static CountTokensRequest valid() {
    return CountTokensRequest.newBuilder().addTexts("text").build();
  }

  /** A service at the wire whose answer each test chooses. */
  private static final class ScriptedEndpoint extends EncoderServiceGrpc.EncoderServiceImplBase {
    volatile Consumer<StreamObserver<CountTokensResponse>> answer = StreamObserver::onCompleted;
    final CompletableFuture<StreamObserver<EncodeStreamResponse>> replies =
        new CompletableFuture<>();
    final AtomicInteger calls = new AtomicInteger();

    @Override
    public void countTokens(CountTokensRequest request, StreamObserver<CountTokensResponse> out) {
      calls.incrementAndGet();
      answer.accept(out);
    }

    @Override
    public StreamObserver<EncodeStreamRequest> encodeStream(
        StreamObserver<EncodeStreamResponse> out) {
      replies.complete(out);
      return new StreamObserver<>() {
        @Override
        public void onNext(EncodeStreamRequest request) {
          calls.incrementAndGet();
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
      };
    }
  }
}
