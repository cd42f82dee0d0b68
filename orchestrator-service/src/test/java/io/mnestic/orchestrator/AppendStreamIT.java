package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.fakes.FakeEncoder;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsStreamRequest;
import io.mnestic.orchestrator.v1.AppendTurnsStreamResponse;
import io.mnestic.orchestrator.v1.AppendedTurn;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream of appends over a real channel. */
final class AppendStreamIT {
  private static final long PATIENCE_SECONDS = 30;

  private final Running running = new Running();
  private final Caller caller = new Caller();

  @BeforeEach
  void createSession() {
    running
        .orchestrator()
        .createSession(
            CreateSessionRequest.newBuilder()
                .setNamespace("n")
                .setSessionId("s")
                .setCreateNamespace(true)
                .build());
    OrchestratorServiceGrpc.newStub(running.orchestrator().getChannel()).appendTurnsStream(caller);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void eachAppendIsAnsweredInOrder() throws Exception {
    for (int i = 0; i < 50; i++) {
      caller.send("a" + i, append("turn " + i));
    }
    caller.calls().onCompleted();
    for (int i = 0; i < 50; i++) {
      AppendTurnsStreamResponse reply = caller.next();
      assertThat(reply.getId()).isEqualTo("a" + i);
      assertThat(reply.getResponse().getTurnsList())
          .extracting(AppendedTurn::getSequence)
          .containsExactly((long) i + 1);
      assertThat(reply.getTurnsAppended()).isEqualTo(i + 1);
    }
    assertThat(caller.end.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("completed");
    assertThat(running.store.memories("n")).hasSize(50);
  }

  @Test
  void anAppendThatIsRefusedEndsNoStream() throws Exception {
    caller.send("good", append("one"));
    caller.send("bad session", append("two").setSessionId("none"));
    caller.send("no turns", AppendTurnsRequest.newBuilder().setNamespace("n").setSessionId("s"));
    caller.send("", append("three"));
    caller.send("good again", append("four"));
    caller.calls().onCompleted();
    assertThat(caller.next().hasResponse()).isTrue();
    assertThat(reason(caller.next())).isEqualTo("SESSION_NOT_FOUND");
    AppendTurnsStreamResponse invalid = caller.next();
    assertThat(invalid.getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
    assertThat(reason(invalid)).isEqualTo("INVALID_FIELD");
    assertThat(reason(caller.next())).isEqualTo("INVALID_FIELD");
    AppendTurnsStreamResponse last = caller.next();
    assertThat(last.getResponse().getTurns(0).getSequence()).isEqualTo(2);
    assertThat(last.getTurnsAppended()).isEqualTo(2);
    assertThat(running.store.memories("n")).extracting(Memory::getValue).contains("one", "four");
  }

  @Test
  void anAppendThatIsRepeatedIsAppendedOnce() throws Exception {
    caller.send("first", append("one").setRequestId("r"));
    caller.send("again", append("one").setRequestId("r"));
    caller.send("other", append("two").setRequestId("r"));
    AppendTurnsStreamResponse first = caller.next();
    assertThat(caller.next().getResponse().getTurnsList())
        .isEqualTo(first.getResponse().getTurnsList());
    assertThat(reason(caller.next())).isEqualTo("REQUEST_ID_REUSED");
    assertThat(running.store.memories("n")).hasSize(1);
  }

  @Test
  void aCallerWhoIsTooFastIsSlowedDown() throws Exception {
    // The encoder never answers the first, so nothing of what follows is read; what the transport
    // holds is far less than what is sent, and the caller is told to wait.
    caller.send("stuck", append(FakeEncoder.STUCK));
    String much = "x".repeat(100_000);
    int sent = 0;
    while (sent < 1_000 && caller.becomesReady()) {
      caller.send("more " + sent, append(much));
      sent++;
    }
    assertThat(sent).isLessThan(1_000);
    caller.calls().cancel("enough", null);
    assertThat(caller.end.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).contains("CANCELLED");
  }

  @Test
  void withoutTheStoreEachAppendIsAnsweredSo() throws Exception {
    running.storePeer.stop();
    caller.send("a", append("one"));
    assertThat(reason(caller.next())).isEqualTo("STORE_UNAVAILABLE");
  }

  private static String reason(AppendTurnsStreamResponse reply) throws Exception {
    return reply.getError().getDetails(0).unpack(ErrorInfo.class).getReason();
  }

  private static AppendTurnsRequest.Builder append(String content) {
    return AppendTurnsRequest.newBuilder()
        .setNamespace("n")
        .setSessionId("s")
        .addTurns(NewTurn.newBuilder().setContent(content));
  }

  private static final class Caller
      implements ClientResponseObserver<AppendTurnsStreamRequest, AppendTurnsStreamResponse> {
    final BlockingQueue<String> end = new LinkedBlockingQueue<>();
    private final BlockingQueue<AppendTurnsStreamResponse> replies = new LinkedBlockingQueue<>();
    private @Nullable ClientCallStreamObserver<AppendTurnsStreamRequest> calls;

    @Override
    public void beforeStart(ClientCallStreamObserver<AppendTurnsStreamRequest> stream) {
      calls = stream;
    }

    @Override
    public void onNext(AppendTurnsStreamResponse reply) {
      replies.add(reply);
    }

    @Override
    public void onError(Throwable failure) {
      end.add(String.valueOf(failure.getMessage()));
    }

    @Override
    public void onCompleted() {
      end.add("completed");
    }

    ClientCallStreamObserver<AppendTurnsStreamRequest> calls() {
      return Objects.requireNonNull(calls);
    }

    /** Whether the transport takes more, now or a moment later. */
    boolean becomesReady() throws InterruptedException {
      for (int i = 0; i < 50 && !calls().isReady(); i++) {
        Thread.sleep(10);
      }
      return calls().isReady();
    }

    void send(String id, AppendTurnsRequest.Builder request) {
      calls().onNext(AppendTurnsStreamRequest.newBuilder().setId(id).setRequest(request).build());
    }

    AppendTurnsStreamResponse next() throws InterruptedException {
      return Objects.requireNonNull(
          replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "no reply came");
    }
  }
}
