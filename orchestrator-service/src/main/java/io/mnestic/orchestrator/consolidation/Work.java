package io.mnestic.orchestrator.consolidation;

import com.google.protobuf.util.Timestamps;
import io.grpc.Context.CancellableContext;
import io.grpc.StatusRuntimeException;
import io.micronaut.context.annotation.Context;
import io.mnestic.memory.v1.ListNamespacesRequest;
import io.mnestic.memory.v1.ListNamespacesResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.orchestrator.v1.Consolidation;
import io.mnestic.orchestrator.v1.ConsolidationState;
import io.mnestic.wire.Refusal;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does consolidations, one after the other: at once those that are asked for here, and, looking at
 * every namespace now and then, those that another instance left and those that nobody has to ask
 * for.
 */
@Context
final class Work {
  private static final Logger LOG = LoggerFactory.getLogger(Work.class);

  private final ConsolidateNamespace consolidation;
  private final ConsolidationRecords records;
  private final MemoryStoreServiceBlockingStub store;
  private final ConsolidationSettings settings;
  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

  /** Revisions after which the background had nothing left to do. */
  private final Map<String, Long> doneAt = new ConcurrentHashMap<>();

  private final CancellableContext calls = io.grpc.Context.ROOT.withCancellation();
  private final Thread thread;
  private volatile boolean stopped;

  Work(
      ConsolidateNamespace consolidation,
      ConsolidationRecords records,
      MemoryStoreServiceBlockingStub store,
      ConsolidationSettings settings) {
    this.consolidation = consolidation;
    this.records = records;
    this.store = store;
    this.settings = settings;
    this.thread = Thread.ofVirtual().name("consolidation").unstarted(calls.wrap(this::run));
  }

  @PostConstruct
  void start() {
    thread.start();
  }

  /** Ends at once; what is under way goes on where it was, here or elsewhere. */
  @PreDestroy
  void stop() {
    stopped = true;
    thread.interrupt();
    calls.cancel(null);
  }

  /** A consolidation of this namespace has been asked for. */
  void begin(String namespace) {
    asked.add(namespace);
  }

  private void run() {
    try {
      while (!stopped) {
        @Nullable String namespace =
            asked.poll(settings.interval().toMillis(), TimeUnit.MILLISECONDS);
        if (namespace == null) {
          lookEverywhere();
        } else {
          work(namespace);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookEverywhere() {
    try {
      ListNamespacesRequest.Builder request = ListNamespacesRequest.newBuilder();
      do {
        ListNamespacesResponse page = store.listNamespaces(request.build());
        page.getNamespacesList().forEach(this::look);
        request.setPageToken(page.getNextPageToken());
      } while (!request.getPageToken().isEmpty() && !stopped);
    } catch (StatusRuntimeException e) {
      LOG.debug("no consolidation now: {}", e.getStatus());
    }
  }

  /** Nothing changed since the last look, and nothing was left then: nothing is to be done. */
  private void look(Namespace namespace) {
    String name = namespace.getName();
    Long done = doneAt.get(name);
    if (stopped || (done != null && done == namespace.getRevision())) {
      return;
    }
    try {
      if (records.open(name).isEmpty() && consolidation.concernsBackground(name)) {
        records.begin(
            name,
            Consolidation.newBuilder()
                .setId(ConsolidationRecords.BACKGROUND)
                .setBackground(true)
                .setState(ConsolidationState.CONSOLIDATION_STATE_RUNNING)
                .setCreateTime(Timestamps.now())
                .setUpdateTime(Timestamps.now())
                .build());
      }
    } catch (StatusRuntimeException e) {
      LOG.debug("no look at {} now: {}", name, e.getStatus());
      return;
    }
    if (work(name)) {
      doneAt.put(name, revision(name, namespace.getRevision()));
    }
  }

  private long revision(String namespace, long otherwise) {
    try {
      return store
          .getNamespace(
              io.mnestic.memory.v1.GetNamespaceRequest.newBuilder().setNamespace(namespace).build())
          .getNamespace()
          .getRevision();
    } catch (StatusRuntimeException e) {
      return otherwise;
    }
  }

  /** Works at what is under way; true if nothing is left to do. */
  private boolean work(String namespace) {
    Optional<Progress> taken = Optional.empty();
    try {
      taken = Progress.take(records, namespace, settings.hold());
      if (taken.isEmpty()) {
        return records.open(namespace).isEmpty();
      }
      consolidation.consolidate(namespace, taken.get());
      return true;
    } catch (Progress.EndedException e) {
      LOG.debug("the consolidation of {} has ended here", namespace);
      return false;
    } catch (Refusal | StatusRuntimeException e) {
      LOG.debug("no consolidation of {} now: {}", namespace, e.getMessage());
      taken.ifPresent(progress -> letGo(progress, e));
      return false;
    } catch (RuntimeException e) {
      LOG.error("consolidation of {} failed", namespace, e);
      taken.ifPresent(progress -> fail(progress, e));
      return false;
    }
  }

  private static void letGo(Progress progress, RuntimeException why) {
    try {
      progress.release(String.valueOf(why.getMessage()));
    } catch (StatusRuntimeException | Progress.EndedException e) {
      LOG.debug("it is let go of when its time is over: {}", e.getMessage());
    }
  }

  private static void fail(Progress progress, RuntimeException why) {
    try {
      progress.end(ConsolidationState.CONSOLIDATION_STATE_FAILED, String.valueOf(why.getMessage()));
    } catch (StatusRuntimeException | Progress.EndedException e) {
      LOG.debug("it is tried again: {}", e.getMessage());
    }
  }
}
