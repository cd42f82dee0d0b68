package io.mnestic.orchestrator.learning;

import io.grpc.Context.CancellableContext;
import io.grpc.StatusRuntimeException;
import io.micronaut.context.annotation.Context;
import io.mnestic.memory.v1.ListNamespacesRequest;
import io.mnestic.memory.v1.ListNamespacesResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Namespace;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for trainings that nobody runs any more, and goes on with them. */
@Context
final class ResumeTrainings {
  private static final Logger LOG = LoggerFactory.getLogger(ResumeTrainings.class);

  private final Trainings trainings;
  private final MemoryStoreServiceBlockingStub store;
  private final LearningSettings settings;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CancellableContext calls = io.grpc.Context.ROOT.withCancellation();
  private final Thread thread;

  ResumeTrainings(
      Trainings trainings, MemoryStoreServiceBlockingStub store, LearningSettings settings) {
    this.trainings = trainings;
    this.store = store;
    this.settings = settings;
    this.thread = Thread.ofVirtual().name("resume-trainings").unstarted(calls.wrap(this::run));
  }

  @PostConstruct
  void start() {
    thread.start();
  }

  @PreDestroy
  void stop() {
    stopped.countDown();
    calls.cancel(null);
  }

  private void run() {
    try {
      while (!stopped.await(settings.resumeInterval().toMillis(), TimeUnit.MILLISECONDS)) {
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
        page.getNamespacesList().forEach(this::resume);
        request.setPageToken(page.getNextPageToken());
      } while (!request.getPageToken().isEmpty());
    } catch (StatusRuntimeException e) {
      LOG.debug("no look for trainings now: {}", e.getStatus());
    }
  }

  private void resume(Namespace namespace) {
    if (stopped.getCount() == 0) {
      return;
    }
    try {
      trainings.resume(namespace.getName());
    } catch (RuntimeException e) {
      LOG.debug("no training of {} now: {}", namespace.getName(), e.getMessage());
    }
  }
}
