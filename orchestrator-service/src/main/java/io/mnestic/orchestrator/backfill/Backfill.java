package io.mnestic.orchestrator.backfill;

import io.grpc.Context.CancellableContext;
import io.grpc.StatusRuntimeException;
import io.micronaut.context.annotation.Context;
import io.mnestic.memory.v1.ListNamespacesRequest;
import io.mnestic.memory.v1.ListNamespacesResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.wire.Refusal;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for memories without vectors, or without those of their tokens, again and again, for as
 * long as the service runs.
 */
@Context
final class Backfill {
  private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);

  private final FillNamespace filling;
  private final MemoryStoreServiceBlockingStub store;
  private final BackfillSettings settings;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CancellableContext calls = io.grpc.Context.ROOT.withCancellation();
  private final Thread thread;

  Backfill(FillNamespace filling, MemoryStoreServiceBlockingStub store, BackfillSettings settings) {
    this.filling = filling;
    this.store = store;
    this.settings = settings;
    this.thread = Thread.ofVirtual().name("backfill").unstarted(calls.wrap(this::run));
  }

  @PostConstruct
  void start() {
    thread.start();
  }

  /** Ends at once: a call that is under way is cancelled, and what it would have done stays due. */
  @PreDestroy
  void stop() {
    stopped.countDown();
    calls.cancel(null);
    try {
      thread.join(settings.interval());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopped.await(settings.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        lookOnce();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce() {
    try {
      ListNamespacesRequest.Builder request = ListNamespacesRequest.newBuilder();
      do {
        ListNamespacesResponse page = store.listNamespaces(request.build());
        page.getNamespacesList().forEach(this::fill);
        request.setPageToken(page.getNextPageToken());
      } while (!request.getPageToken().isEmpty());
    } catch (StatusRuntimeException e) {
      LOG.debug("no backfill now: {}", e.getStatus());
    }
  }

  /** One namespace that fails must not keep the others from being filled. */
  private void fill(Namespace namespace) {
    boolean complete = namespace.getUnencodedCount() == 0 && namespace.getTokenlessCount() == 0;
    if (complete || stopped.getCount() == 0) {
      return;
    }
    try {
      long filled = filling.fill(namespace);
      if (filled > 0) {
        LOG.info("filled in the vectors of {} memories of {}", filled, namespace.getName());
      }
    } catch (Refusal | StatusRuntimeException e) {
      LOG.debug("no backfill of {} now: {}", namespace.getName(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("backfill of {} failed", namespace.getName(), e);
    }
  }
}
