package io.mnestic.memory.watch;

import io.grpc.stub.ServerCallStreamObserver;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerShutdownEvent;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.WatchMemoriesRequest;
import io.mnestic.memory.v1.WatchMemoriesResponse;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Opens watches, and wakes them when the log of their namespace grows. */
@Singleton
public final class WatchMemories implements ApplicationEventListener<ServerShutdownEvent> {
  private final MemoryLog log;
  private final OpenWatches watches;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("watch-heartbeat").factory());

  WatchMemories(MemoryLog log, WatchSettings settings) {
    this.log = log;
    this.watches = new OpenWatches(settings.maxOpen());
    log.listen(namespace -> watches.wake(namespace.getUid()));
    log.onDrop(watches::wake);
    long pause = settings.heartbeat().toMillis();
    var _ =
        heart.scheduleWithFixedDelay(
            () -> watches.each(Watch::beat), pause, pause, TimeUnit.MILLISECONDS);
  }

  /**
   * Opens a watch, which goes on after this returns.
   *
   * @throws Refusal as the contract lists them
   */
  public void watch(
      WatchMemoriesRequest request, ServerCallStreamObserver<WatchMemoriesResponse> caller) {
    StoredNamespace namespace = namespace(request);
    long uid = namespace.getUid();
    Feed feed = Feed.after(log, namespace, request.getAfterRevision());
    Watch watch =
        new Watch(log, namespace, feed, caller, threads, over -> watches.remove(uid, over));
    watches.add(uid, watch);
    caller.setOnReadyHandler(watch::wake);
    caller.setOnCancelHandler(watch::cancelled);
    watch.wake();
  }

  /** Ends all watches: a server that stops waits for its calls. */
  @Override
  public void onApplicationEvent(ServerShutdownEvent event) {
    watches.close(
        Refusal.of(
            Reason.REASON_STORE_UNAVAILABLE,
            "the store is shutting down: watch again after the last revision received"));
  }

  /** Waits for what is being sent. */
  @PreDestroy
  void close() {
    heart.shutdownNow();
    threads.close();
  }

  private StoredNamespace namespace(WatchMemoriesRequest request) {
    try (LogView view = log.view()) {
      StoredNamespace namespace = view.namespace(request.getNamespace());
      if (request.hasCreateTime()
          && !request.getCreateTime().equals(namespace.getNamespace().getCreateTime())) {
        throw Refusal.of(
                Reason.REASON_NAMESPACE_NOT_FOUND,
                "the namespace '%s' was deleted and created again: watch it from revision 0"
                    .formatted(request.getNamespace()))
            .withField("create_time");
      }
      return namespace;
    }
  }
}
