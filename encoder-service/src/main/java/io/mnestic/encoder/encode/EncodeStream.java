package io.mnestic.encoder.encode;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.v1.EncodeStreamRequest;
import io.mnestic.encoder.v1.EncodeStreamResponse;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Failures;
import io.mnestic.wire.Refusal;
import io.mnestic.wire.RequestRules;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * One call of EncodeStream. It reads a request more for each that it has answered, while the caller
 * takes the answers; where the queue is full it waits, since the caller is slowed down that way.
 */
final class EncodeStream implements StreamObserver<EncodeStreamRequest> {
  private static final int MOST_UNDER_WAY = 8;

  /** Characters; the contract's limit. */
  private static final int LONGEST_ID = 128;

  private static final long FULL_QUEUE_WAIT_NANOS = 50_000_000;

  private final EncodeTexts encodeTexts;
  private final RequestRules rules;
  private final ServerCallStreamObserver<EncodeStreamResponse> caller;
  private final Executor threads;
  private final Context context = Context.current();
  private long textsReceived;
  private long textsDone;
  private int underWay;
  private int owed;
  private boolean halfClosed;

  EncodeStream(
      EncodeTexts encodeTexts,
      RequestRules rules,
      ServerCallStreamObserver<EncodeStreamResponse> caller,
      Executor threads) {
    this.encodeTexts = encodeTexts;
    this.rules = rules;
    this.caller = caller;
    this.threads = threads;
  }

  /** Lets the first requests come. */
  EncodeStream start() {
    caller.disableAutoRequest();
    caller.setOnReadyHandler(this::readOn);
    // Without a handler, writing to a caller who is gone throws.
    caller.setOnCancelHandler(() -> {});
    caller.request(MOST_UNDER_WAY);
    return this;
  }

  @Override
  public synchronized void onNext(EncodeStreamRequest request) {
    underWay++;
    textsReceived += request.getRequest().getTextsCount();
    threads.execute(context.wrap(() -> answer(request)));
  }

  @Override
  public void onError(Throwable cause) {
    // The call is over: its context is cancelled, and with it what waits.
  }

  @Override
  public synchronized void onCompleted() {
    halfClosed = true;
    completeIfDone();
  }

  private void answer(EncodeStreamRequest request) {
    EncodeStreamResponse.Builder reply =
        EncodeStreamResponse.newBuilder().setId(shown(request.getId()));
    try {
      rules.check(request);
      reply.setResponse(encodeTexts.encode(request.getRequest(), this::awaitRoom));
    } catch (RuntimeException | Error e) {
      reply.setError(Failures.protoOf(e, "a request of EncodeStream"));
    }
    synchronized (this) {
      underWay--;
      owed++;
      textsDone += request.getRequest().getTextsCount();
      caller.onNext(reply.setTextsDone(textsDone).setTextsReceived(textsReceived).build());
      readOn();
      completeIfDone();
    }
  }

  /** What an id over its limit is answered under, so that no reply is as long as a caller likes. */
  private static String shown(String id) {
    return id.codePointCount(0, id.length()) <= LONGEST_ID
        ? id
        : id.substring(0, id.offsetByCodePoints(0, LONGEST_ID));
  }

  /** Whether to try again after the queue was full. */
  private boolean awaitRoom(Refusal refusal) {
    if (refusal.reason() != Reason.REASON_OVERLOADED || context.isCancelled()) {
      return false;
    }
    LockSupport.parkNanos(FULL_QUEUE_WAIT_NANOS);
    return true;
  }

  private synchronized void readOn() {
    if (owed > 0 && caller.isReady()) {
      caller.request(owed);
      owed = 0;
    }
  }

  private void completeIfDone() {
    if (halfClosed && underWay == 0) {
      caller.onCompleted();
    }
  }
}
