package io.mnestic.memory;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.v1.RevisionChange;
import io.mnestic.memory.v1.WatchMemoriesRequest;
import io.mnestic.memory.v1.WatchMemoriesResponse;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client's watch: what came, and how it ended. */
final class Watching
    implements ClientResponseObserver<WatchMemoriesRequest, WatchMemoriesResponse>, AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
  private @Nullable ClientCallStreamObserver<WatchMemoriesRequest> call;

  static Watching start(ManagedChannel channel, WatchMemoriesRequest request) {
    Watching watching = new Watching();
    MemoryStoreServiceGrpc.newStub(channel).watchMemories(request, watching);
    return watching;
  }

  /** The next event. */
  WatchMemoriesResponse next() {
    Object event = take();
    if (event instanceof WatchMemoriesResponse response) {
      return response;
    }
    throw ((Status) event).asRuntimeException();
  }

  /** The next event, a change. */
  RevisionChange change() {
    WatchMemoriesResponse next = next();
    if (!next.hasChange()) {
      throw new AssertionError("not a change: " + next);
    }
    return next.getChange();
  }

  /** The revision of the next event, an UpToDate. */
  long upToDate() {
    WatchMemoriesResponse next = next();
    if (!next.hasUpToDate()) {
      throw new AssertionError("not up to date: " + next);
    }
    return next.getUpToDate().getRevision();
  }

  /** How the call ended, all before it left out. */
  Status end() {
    while (true) {
      if (take() instanceof Status status) {
        return status;
      }
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WatchMemoriesRequest> started) {
    call = started;
  }

  @Override
  public void onNext(WatchMemoriesResponse response) {
    events.add(response);
  }

  @Override
  public void onError(Throwable cause) {
    events.add(Status.fromThrowable(cause));
  }

  @Override
  public void onCompleted() {
    events.add(Status.OK);
  }

  void cancel() {
    Objects.requireNonNull(call).cancel("enough", null);
  }

  /** Cancels the call. */
  @Override
  public void close() {
    cancel();
  }

  private Object take() {
    try {
      Object event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("nothing came");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
