package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeStreamRequest;
import io.mnestic.encoder.v1.EncodeStreamResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** EncodeStream: every request answered under its id, none lost, the caller slowed down. */
@TestInstance(Lifecycle.PER_CLASS)
class StreamIT {
  private RunningEncoder encoder;

  @BeforeAll
  void start() {
    // A queue that a few requests fill, so that the stream has to wait for room.
    encoder = RunningEncoder.start(Map.of("mnestic.encoder.queue-passages", 40));
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void answersAllUnderTheirIdsThoughTheQueueIsSmall() throws Exception {
    Replies replies = new Replies();
    ClientCallStreamObserver<EncodeStreamRequest> stream = replies.open(encoder);
    for (int i = 0; i < 30; i++) {
      stream.onNext(request("r" + i, 20, "text " + i));
    }
    stream.onCompleted();
    replies.ended.get(2, TimeUnit.MINUTES);

    Map<String, EncodeStreamResponse> byId =
        replies.all.stream().collect(Collectors.toMap(EncodeStreamResponse::getId, reply -> reply));
    assertThat(byId).hasSize(30);
    for (int i = 0; i < 30; i++) {
      EncodeStreamResponse reply = Objects.requireNonNull(byId.get("r" + i));
      assertThat(reply.getResponse().getEncodingsList()).hasSize(20);
      List<Float> alone =
          encoder
              .stub()
              .encode(EncodeRequest.newBuilder().addTexts("text " + i + " 7").build())
              .getEncodings(0)
              .getPassages(0)
              .getVectorList();
      List<Float> streamed = reply.getResponse().getEncodings(7).getPassages(0).getVectorList();
      assertThat(
              IntStream.range(0, 384)
                  .allMatch(k -> Math.abs(alone.get(k) - streamed.get(k)) < 1e-6))
          .isTrue();
    }
    EncodeStreamResponse last = replies.all.getLast();
    assertThat(last.getTextsDone()).isEqualTo(600);
    assertThat(last.getTextsReceived()).isEqualTo(600);
    assertThat(replies.all).extracting(EncodeStreamResponse::getTextsDone).isSorted();
  }

  @Test
  void aBadRequestIsAnsweredAndTheOthersGoOn() throws Exception {
    Replies replies = new Replies();
    ClientCallStreamObserver<EncodeStreamRequest> stream = replies.open(encoder);
    stream.onNext(request("good", 1, "fine"));
    stream.onNext(
        EncodeStreamRequest.newBuilder()
            .setId("empty text")
            .setRequest(EncodeRequest.newBuilder().addTexts(""))
            .build());
    stream.onNext(
        EncodeStreamRequest.newBuilder()
            .setId("unknown model")
            .setRequest(EncodeRequest.newBuilder().addTexts("x").setModel("gpt-99"))
            .build());
    stream.onNext(EncodeStreamRequest.newBuilder().setId("nothing").build());
    stream.onNext(request("bad\u0007id", 1, "x"));
    stream.onNext(request("too many for the queue", 41, "x"));
    stream.onNext(request("good again", 1, "fine"));
    stream.onCompleted();
    replies.ended.get(1, TimeUnit.MINUTES);

    Map<String, Integer> codes =
        replies.all.stream()
            .collect(
                Collectors.toMap(
                    EncodeStreamResponse::getId,
                    reply -> reply.hasError() ? reply.getError().getCode() : 0));
    int invalid = Status.Code.INVALID_ARGUMENT.value();
    assertThat(codes)
        .containsOnly(
            Map.entry("good", 0),
            Map.entry("good again", 0),
            Map.entry("empty text", invalid),
            Map.entry("nothing", invalid),
            Map.entry("bad\u0007id", invalid),
            Map.entry("too many for the queue", invalid),
            Map.entry("unknown model", Status.Code.NOT_FOUND.value()));
  }

  @Test
  void anIdOverItsLimitIsAnsweredUnderItsBeginning() throws Exception {
    String longest = "é".repeat(128);
    Replies replies = new Replies();
    ClientCallStreamObserver<EncodeStreamRequest> stream = replies.open(encoder);
    stream.onNext(request(longest, 1, "fine"));
    stream.onNext(request("\uD83C\uDFBB".repeat(129), 1, "x"));
    stream.onNext(request("x".repeat(10 << 20), 1, "x"));
    stream.onNext(request("", 1, "x"));
    stream.onCompleted();
    replies.ended.get(1, TimeUnit.MINUTES);

    Map<String, EncodeStreamResponse> byId =
        replies.all.stream().collect(Collectors.toMap(EncodeStreamResponse::getId, reply -> reply));
    assertThat(byId).containsOnlyKeys(longest, "\uD83C\uDFBB".repeat(128), "x".repeat(128), "");
    assertThat(Objects.requireNonNull(byId.remove(longest)).hasResponse()).isTrue();
    for (EncodeStreamResponse refused : byId.values()) {
      ErrorDetails.check(
          StatusProto.toStatusRuntimeException(refused.getError()),
          Status.Code.INVALID_ARGUMENT,
          "INVALID_FIELD",
          "id");
    }
  }

  @Test
  void aTextOfTenMegabytesIsRefusedAndTheOthersGoOn() throws Exception {
    Replies replies = new Replies();
    ClientCallStreamObserver<EncodeStreamRequest> stream = replies.open(encoder);
    stream.onNext(request("large", 1, "x".repeat(10 << 20)));
    stream.onNext(request("good", 1, "fine"));
    stream.onCompleted();
    replies.ended.get(1, TimeUnit.MINUTES);

    Map<String, EncodeStreamResponse> byId =
        replies.all.stream().collect(Collectors.toMap(EncodeStreamResponse::getId, reply -> reply));
    ErrorDetails.check(
        StatusProto.toStatusRuntimeException(Objects.requireNonNull(byId.get("large")).getError()),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "request.texts[0]");
    assertThat(Objects.requireNonNull(byId.get("good")).hasResponse()).isTrue();
  }

  @Test
  void theServerReadsNoMoreThanItHasUnderWayAndTheCallerTakes() throws Exception {
    Replies replies = new Replies();
    replies.takes = false;
    ClientCallStreamObserver<EncodeStreamRequest> stream = replies.open(encoder);
    String filler = "river bank ".repeat(4_000);
    int sent = 0;
    // Requests of 44 KB: the windows of HTTP/2 hold few of them once the server stops reading.
    for (int quiet = 0; quiet < 20 && sent < 2_000; ) {
      if (stream.isReady()) {
        stream.onNext(request("r" + sent++, 1, filler));
        quiet = 0;
      } else {
        quiet++;
        Thread.sleep(100);
      }
    }
    assertThat(sent).isLessThan(2_000);
    stream.cancel("seen enough", null);
    assertThat(replies.ended).failsWithin(1, TimeUnit.MINUTES);
    assertThat(
            encoder
                .stub()
                .encode(EncodeRequest.newBuilder().addTexts("x").build())
                .getEncodingsList())
        .hasSize(1);
  }

  private static EncodeStreamRequest request(String id, int texts, String text) {
    return EncodeStreamRequest.newBuilder()
        .setId(id)
        .setRequest(
            EncodeRequest.newBuilder()
                .addAllTexts(IntStream.range(0, texts).mapToObj(i -> text + " " + i).toList()))
        .build();
  }

  /** What comes back on one call. */
  private static final class Replies
      implements ClientResponseObserver<EncodeStreamRequest, EncodeStreamResponse> {
    final List<EncodeStreamResponse> all = new CopyOnWriteArrayList<>();
    final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    boolean takes = true;
    private @Nullable ClientCallStreamObserver<EncodeStreamRequest> requests;

    ClientCallStreamObserver<EncodeStreamRequest> open(RunningEncoder encoder) {
      EncoderServiceGrpc.newStub(encoder.channel()).encodeStream(this);
      ClientCallStreamObserver<EncodeStreamRequest> opened = requests;
      if (opened == null) {
        throw new IllegalStateException("the call did not start");
      }
      return opened;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<EncodeStreamRequest> stream) {
      requests = stream;
      if (!takes) {
        stream.disableAutoRequestWithInitial(0);
      }
    }

    @Override
    public void onNext(EncodeStreamResponse reply) {
      all.add(reply);
    }

    @Override
    public void onError(Throwable cause) {
      ended.completeExceptionally(
          cause instanceof StatusRuntimeException ? cause : new AssertionError(cause));
    }

    @Override
    public void onCompleted() {
      ended.complete(null);
    }
  }
}
