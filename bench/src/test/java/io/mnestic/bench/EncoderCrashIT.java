package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeStreamRequest;
import io.mnestic.encoder.v1.EncodeStreamResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.wire.Channels;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The encoder's process under {@code up} is killed in the middle of its work, as by a crash. */
class EncoderCrashIT {
  private static final String NAMESPACE = "crash";
  private static final int TEXTS = 2_000;
  private static final int MOST_POLLS = 600;

  private UpProgram up;
  private ManagedChannel toEncoder;
  private ManagedChannel toOrchestrator;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    up = new UpProgram(folder.resolve("up.txt"), folder.resolve("data"));
    up.awaitHealthy();
    toOrchestrator = Channels.plaintext("127.0.0.1:" + up.port());
    toEncoder = Channels.plaintext("127.0.0.1:" + (up.port() + 1));
  }

  @AfterEach
  void stop() throws Exception {
    toEncoder.shutdownNow();
    toOrchestrator.shutdownNow();
    up.close();
  }

  @Test
  void callsUnderWayEndWithUnavailableAndTheSameChannelsAreServedAgain() throws Exception {
    createSession();
    CompletableFuture<Code> call = CompletableFuture.supplyAsync(this::encodeBulk);
    Replies replies = new Replies();
    StreamObserver<EncodeStreamRequest> stream =
        EncoderServiceGrpc.newStub(toEncoder).encodeStream(replies);
    stream.onNext(streamed("first", EncodeRequest.newBuilder().addTexts("the river").build()));
    stream.onNext(streamed("second", bulk()));
    // Then the stream is served, and the bulk work of both is in the queue or on its way there.
    assertThat(replies.first.await(1, TimeUnit.MINUTES)).isTrue();

    up.service("encoder-service").destroyForcibly();

    assertThat(call.get(1, TimeUnit.MINUTES)).isEqualTo(Code.UNAVAILABLE);
    assertThat(replies.ended.get(1, TimeUnit.MINUTES)).isEqualTo(Code.UNAVAILABLE);
    // It takes seconds to come back: what is said now is remembered, and found by its words.
    assertThat(append("The cello teacher moved to Lisbon."))
        .isEqualTo(NoticeKind.NOTICE_KIND_VECTORS_PENDING);
    assertThat(recall().getNoticesList())
        .extracting(Notice::getKind)
        .contains(NoticeKind.NOTICE_KIND_LEXICAL_ONLY);

    up.await("encoder-service is up again");

    assertThat(
            encoder()
                .withWaitForReady()
                .withDeadlineAfter(1, TimeUnit.MINUTES)
                .encode(EncodeRequest.newBuilder().addTexts("the river").build())
                .getEncodingsCount())
        .isEqualTo(1);
    RecallResponse recalled = recall();
    for (int poll = 0; !recalled.getNoticesList().isEmpty(); poll++) {
      assertThat(poll).as("%s", recalled.getNoticesList()).isLessThan(MOST_POLLS);
      Thread.sleep(100);
      recalled = recall();
    }
    assertThat(recalled.getMemories(0).getMemory().getValue()).contains("Lisbon");
  }

  private Code encodeBulk() {
    try {
      encoder().encode(bulk());
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private EncoderServiceBlockingStub encoder() {
    return EncoderServiceGrpc.newBlockingStub(toEncoder);
  }

  private OrchestratorServiceBlockingStub orchestrator() {
    return OrchestratorServiceGrpc.newBlockingStub(toOrchestrator);
  }

  private void createSession() {
    orchestrator()
        .createSession(
            CreateSessionRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setSessionId("session")
                .setCreateNamespace(true)
                .build());
  }

  private NoticeKind append(String content) {
    return orchestrator()
        .appendTurns(
            AppendTurnsRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setSessionId("session")
                .addTurns(NewTurn.newBuilder().setContent(content))
                .build())
        .getNotices(0)
        .getKind();
  }

  private RecallResponse recall() {
    return orchestrator()
        .recall(
            RecallRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setQuery("Where does the cello teacher live?")
                .build());
  }

  private static EncodeRequest bulk() {
    return EncodeRequest.newBuilder()
        .addAllTexts(Collections.nCopies(TEXTS, "the river and the bank ".repeat(20)))
        .build();
  }

  private static EncodeStreamRequest streamed(String id, EncodeRequest request) {
    return EncodeStreamRequest.newBuilder().setId(id).setRequest(request).build();
  }

  private static final class Replies implements StreamObserver<EncodeStreamResponse> {
    final CountDownLatch first = new CountDownLatch(1);
    final CompletableFuture<Code> ended = new CompletableFuture<>();

    @Override
    public void onNext(EncodeStreamResponse reply) {
      first.countDown();
    }

    @Override
    public void onError(Throwable failure) {
      ended.complete(((StatusRuntimeException) failure).getStatus().getCode());
    }

    @Override
    public void onCompleted() {
      ended.complete(Code.OK);
    }
  }
}
