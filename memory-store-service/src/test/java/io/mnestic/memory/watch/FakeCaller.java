package io.mnestic.memory.watch;

import io.grpc.stub.ServerCallStreamObserver;
import io.mnestic.memory.v1.WatchMemoriesResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A caller who takes only so many messages. */
final class FakeCaller extends ServerCallStreamObserver<WatchMemoriesResponse> {
  final List<WatchMemoriesResponse> taken = new ArrayList<>();
  private int room;
  @Nullable Throwable failure;
  boolean cancelled;

  FakeCaller(int room) {
    this.room = room;
  }

  void makeRoom(int more) {
    room += more;
  }

  @Override
  public boolean isReady() {
    return room > 0;
  }

  @Override
  public void onNext(WatchMemoriesResponse response) {
    room--;
    taken.add(response);
  }

  @Override
  public void onError(Throwable cause) {
    failure = cause;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onCompleted() {
    throw new AssertionError("a watch ends with a reason");
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {}

  @Override
  public void setOnReadyHandler(Runnable handler) {}

  @Override
  public void setCompression(String compression) {}

  @Override
  public void request(int count) {}

  @Override
  public void setMessageCompression(boolean enable) {}

  @Override
  public void disableAutoInboundFlowControl() {}
}
