package io.mnestic.memory.indexing;

import io.grpc.Context;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.NamespaceIndex;
import io.mnestic.memory.index.Superseded;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the log to the indexes, off the path of writes. It reads what is to be applied from the
 * log itself, from where the index stands, so that a new entry, an index opened again and recovery
 * after a crash are one and the same.
 */
public final class Indexer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Indexer.class);
  private static final int TURN_ENTRIES = 64;
  private static final int TURN_BYTES = 4 << 20;
  private static final long CANCEL_CHECK_MILLIS = 50;
  private static final long RETRY_MILLIS = 100;
  private static final int MOST_DOUBLINGS = 8;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final MemoryLog log;
  private final OpenIndexes indexes;
  private final IndexingSettings settings;
  private final Map<Long, Follower> followers = new ConcurrentHashMap<>();
  private final ExecutorService workers;
  private final ScheduledExecutorService tidier;

  /** Follows the log from now on. */
  public Indexer(MemoryLog log, OpenIndexes indexes, IndexingSettings settings) {
    this.log = log;
    this.indexes = indexes;
    this.settings = settings;
    this.workers =
        Executors.newFixedThreadPool(
            settings.threads(), Thread.ofPlatform().name("indexer-", 0).factory());
    this.tidier =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("index-tidier").factory());
    log.listen(this::follow);
    long pause = settings.commitInterval().toMillis();
    var _ = tidier.scheduleWithFixedDelay(this::tidy, pause, pause, TimeUnit.MILLISECONDS);
  }

  /** Brings a namespace's index up to this state of its log, in the background. */
  public void follow(StoredNamespace head) {
    Follower follower = follower(head);
    if (follower.grown(head)) {
      submit(follower);
    }
  }

  /**
   * Refuses a write while too many entries wait to be indexed.
   *
   * @throws Refusal OVERLOADED
   */
  public void checkRoom(StoredNamespace namespace) {
    Follower follower = followers.get(namespace.getUid());
    if (follower != null && follower.tail() >= settings.maxTail()) {
      throw Refusal.of(
              Reason.REASON_OVERLOADED,
              settings.maxTail() + " writes wait to be indexed: try again later")
          .withRetryAfter(RETRY);
    }
  }

  /**
   * Lends the namespace's index once it has a revision, and whatever was in the log when this
   * process first used the namespace.
   *
   * @param revision at most the namespace's newest
   * @throws CancellationException if the caller gives up first
   * @throws Refusal NAMESPACE_NOT_FOUND if it was deleted meanwhile, STORE_UNAVAILABLE if the store
   *     is shutting down or indexing fails
   */
  public OpenIndexes.Lease await(StoredNamespace namespace, long revision) {
    Follower follower = follower(namespace);
    try {
      while (true) {
        follow(namespace);
        if (follower.await(revision, CANCEL_CHECK_MILLIS)) {
          OpenIndexes.Lease lease = indexes.lease(namespace);
          if (follower.isAt(lease.index(), revision)) {
            return lease;
          }
          // It was opened again from a commit that is older.
          lease.close();
        }
        if (workers.isShutdown()) {
          throw shuttingDown();
        }
        if (Context.current().isCancelled()) {
          throw new CancellationException("the index did not get to the revision in time");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /**
   * What the index lacks to answer as of a revision.
   *
   * @return when asked, throws Refusal NAMESPACE_NOT_FOUND or REVISION_EXPIRED if the past is gone
   */
  public Superseded superseded(StoredNamespace namespace, long revision) {
    return (head, into) -> {
      try (LogView view = log.view()) {
        view.past(namespace, revision).superseded(namespace.getUid(), revision, head, into);
      }
    };
  }

  /** Stops following; what was not applied will be after the next start. */
  @Override
  public void close() {
    // No interrupts: Java closes the file that an interrupted thread is writing.
    tidier.shutdown();
    workers.shutdown();
    try {
      while (!workers.awaitTermination(1, TimeUnit.SECONDS)
          || !tidier.awaitTermination(1, TimeUnit.SECONDS)) {
        LOG.info("waiting for the indexer to finish an entry");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Follower follower(StoredNamespace head) {
    return followers.computeIfAbsent(head.getUid(), uid -> new Follower(head));
  }

  private void submit(Follower follower) {
    try {
      workers.execute(() -> advance(follower));
    } catch (RejectedExecutionException e) {
      follower.failed(shuttingDown());
    }
  }

  /** Applies some entries; takes a new turn behind other namespaces if there are more. */
  private void advance(Follower follower) {
    try {
      apply(follower);
      if (follower.goesOn()) {
        submit(follower);
      }
    } catch (Refusal e) {
      long uid = follower.head().getUid();
      LOG.debug("namespace {} is not followed further: {}", uid, e.getMessage());
      followers.remove(uid, follower);
      follower.failed(e);
    } catch (Throwable e) {
      LOG.error("indexing of namespace {} failed", follower.head().getUid(), e);
      again(follower, follower.failed(e));
    }
  }

  private void apply(Follower follower) {
    StoredNamespace head = follower.head();
    try (OpenIndexes.Lease lease = indexes.lease(head)) {
      NamespaceIndex index = lease.index();
      follower.applied(index);
      List<LogEntry> entries =
          log.entriesAfter(head.getUid(), index.appliedPosition(), TURN_ENTRIES, TURN_BYTES);
      if (entries.isEmpty() && index.appliedPosition() < head.getPosition()) {
        throw new IllegalStateException("no entries after " + index.appliedPosition());
      }
      for (LogEntry entry : entries) {
        if (workers.isShutdown()) {
          throw shuttingDown();
        }
        index.apply(entry);
        follower.applied(index);
      }
    }
  }

  /** Tries again later, and ever later if it keeps failing. */
  private void again(Follower follower, int failures) {
    long millis = RETRY_MILLIS << Math.min(failures, MOST_DOUBLINGS);
    try {
      var _ = tidier.schedule(() -> submit(follower), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      follower.failed(shuttingDown());
    }
  }

  private void tidy() {
    try {
      indexes.tidy();
    } catch (Throwable e) {
      // Thrown further, it would end the schedule.
      LOG.error("indexes could not be committed or closed", e);
    }
  }

  private static Refusal shuttingDown() {
    return Refusal.of(Reason.REASON_STORE_UNAVAILABLE, "the store is shutting down");
  }
}
