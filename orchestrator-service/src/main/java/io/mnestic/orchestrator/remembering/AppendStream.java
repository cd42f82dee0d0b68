package io.mnestic.orchestrator.remembering;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.AppendTurnsStreamRequest;
import io.mnestic.orchestrator.v1.AppendTurnsStreamResponse;
import io.mnestic.wire.Failures;
import io.mnestic.wire.RequestRules;
import java.util.concurrent.locks.LockSupport;

/**
 * One call of AppendTurnsStream. Appends are done one after the other, in the order they come, for
 * the turns of a session have one. The next is read when the one before is answered and the caller
 * takes the answers, so that a caller who is too fast is slowed down by HTTP/2's flow control. All
 * its callbacks come one after the other, in the call's thread.
 */
final class AppendStream implements StreamObserver<AppendTurnsStreamRequest> {
  private static final long FULL_QUEUE_WAIT_NANOS = 50_000_000;

  private final AppendTurns appendTurns;
  private final RequestRules rules;
  private final ServerCallStreamObserver<AppendTurnsStreamResponse> caller;
  private long turns;
  private boolean owed;

  AppendStream(
      AppendTurns appendTurns,
      RequestRules rules,
      ServerCallStreamObserver<AppendTurnsStreamResponse> caller) {
    this.appendTurns = appendTurns;
    this.rules = rules;
    this.caller = caller;
  }

  /** Lets the first append come. */
  AppendStream start() {
    caller.disableAutoRequest();
    caller.setOnReadyHandler(this::readOn);
    // Without a handler, writing to a caller who is gone throws.
    caller.setOnCancelHandler(() -> {});
    caller.request(1);
    return this;
  }

  @Override
  public void onNext(AppendTurnsStreamRequest request) {
    AppendTurnsStreamResponse.Builder reply =
        AppendTurnsStreamResponse.newBuilder().setId(request.getId());
    try {
      rules.check(request);
      AppendTurnsResponse appended = append(request.getRequest());
      turns += appended.getTurnsCount();
      reply.setResponse(appended);
    } catch (RuntimeException | Error e) {
      reply.setError(Failures.protoOf(e, "an append of AppendTurnsStream"));
    }
    caller.onNext(reply.setTurnsAppended(turns).build());
    owed = true;
    readOn();
  }

  @Override
  public void onError(Throwable cause) {
    // The call is over; what was answered is appended.
  }

  @Override
  public void onCompleted() {
    caller.onCompleted();
  }

  /** Waits while the store's queue is full: the caller waits with it. */
  private AppendTurnsResponse append(AppendTurnsRequest request) {
    while (true) {
      try {
        return appendTurns.append(request);
      } catch (StatusRuntimeException e) {
        boolean full = PeerFailure.is(e, Reason.REASON_OVERLOADED);
        if (!full || Context.current().isCancelled()) {
          throw e;
        }
        LockSupport.parkNanos(FULL_QUEUE_WAIT_NANOS);
      }
    }
  }

  private void readOn() {
    if (owed && caller.isReady()) {
      owed = false;
      caller.request(1);
    }
  }
}
