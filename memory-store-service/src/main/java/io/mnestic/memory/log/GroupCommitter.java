package io.mnestic.memory.log;

import io.mnestic.error.v1.Reason;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes the log. It takes every change that waits, applies one after the
 * other to a batch that each sees the earlier ones in, and makes the batch durable with one fsync:
 * the group commit of DeWitt et al. (1984).
 */
final class GroupCommitter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);
  private static final Duration RETRY = Duration.ofMillis(100);
  private static final long IDLE_MILLIS = 1_000;

  private final Database database;
  private final LogSettings settings;
  private final Clock clock;
  private final BlockingQueue<Waiting<?>> queue;
  private final AtomicLong queuedBytes = new AtomicLong();
  private final List<Consumer<StoredNamespace>> listeners = new CopyOnWriteArrayList<>();
  private final List<LongConsumer> dropListeners = new CopyOnWriteArrayList<>();
  private final ReplyPurge purge;
  private final HistoryTrim trim;
  private final Thread thread;
  private volatile boolean closed;

  private GroupCommitter(Database database, LogSettings settings, Clock clock) {
    this.database = database;
    this.settings = settings;
    this.clock = clock;
    this.queue = new ArrayBlockingQueue<>(settings.queueSize());
    this.purge = new ReplyPurge(database, settings.replyRetention(), clock);
    this.trim = new HistoryTrim(database, clock);
    this.thread = Thread.ofPlatform().name("log-committer").unstarted(this::run);
  }

  static GroupCommitter start(Database database, LogSettings settings, Clock clock) {
    GroupCommitter committer = new GroupCommitter(database, settings, clock);
    NamespaceDrop.finishAll(database);
    committer.thread.start();
    return committer;
  }

  <R> R commit(int bytes, Change<R> change) {
    Waiting<R> waiting = new Waiting<>(bytes, change);
    if (queuedBytes.addAndGet(bytes) > settings.queueBytes() && queue.peek() != null) {
      queuedBytes.addAndGet(-bytes);
      throw overloaded();
    }
    if (closed || !queue.offer(waiting)) {
      queuedBytes.addAndGet(-bytes);
      throw closed ? shuttingDown() : overloaded();
    }
    if (closed && queue.remove(waiting)) {
      throw shuttingDown();
    }
    try {
      return waiting.result.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Refusal refusal ? refusal : e;
    }
  }

  void listen(Consumer<StoredNamespace> listener) {
    listeners.add(listener);
  }

  void onDrop(LongConsumer listener) {
    dropListeners.add(listener);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Waiting<?>> group = new ArrayList<>();
    boolean purging = false;
    while (true) {
      // Read before polling: a change accepted before closing is then still seen.
      boolean last = closed;
      try {
        fill(group, last || purging);
        if (!group.isEmpty()) {
          commit(group);
        } else if (last) {
          return;
        }
        boolean trimming = trim.runIfDue();
        purging = purge.runIfDue() || trimming;
      } catch (InterruptedException e) {
        LOG.warn("interrupted; closing the store ends this thread", e);
      } catch (Throwable e) {
        // Also an Error: this thread must outlive it, or every later write would wait for ever.
        LOG.error("the log can not write", e);
        group.forEach(waiting -> waiting.result.completeExceptionally(e));
        purging = false;
      } finally {
        group.clear();
      }
    }
  }

  private void fill(List<Waiting<?>> group, boolean last) throws InterruptedException {
    Waiting<?> first = last ? queue.poll() : queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    int bytes = 0;
    for (Waiting<?> next = first; next != null; next = queue.poll()) {
      group.add(next);
      bytes += next.bytes;
      queuedBytes.addAndGet(-next.bytes);
      if (group.size() >= settings.groupSize() || bytes >= settings.groupBytes()) {
        return;
      }
    }
  }

  private void commit(List<Waiting<?>> group) {
    try (GroupBatch batch = new GroupBatch(database)) {
      RocksDraft draft = new RocksDraft(batch, settings.replyRetention(), clock);
      Announcements announcements = draft.announcements();
      for (Waiting<?> waiting : group) {
        batch.begin();
        if (waiting.apply(draft)) {
          batch.keep();
          announcements.keep();
        } else {
          batch.undo();
          announcements.undo();
        }
      }
      batch.write();
      group.forEach(Waiting::complete);
      announcements.grown().forEach(this::tell);
      announcements.dropped().forEach(this::finishDrop);
      announcements.dropped().forEach(this::tellDropped);
    } catch (Throwable e) {
      group.forEach(waiting -> waiting.result.completeExceptionally(e));
    }
  }

  private void tell(StoredNamespace namespace) {
    for (Consumer<StoredNamespace> listener : listeners) {
      try {
        listener.accept(namespace);
      } catch (Throwable e) {
        // What was written stays written, and was answered so.
        LOG.error("namespace {} grew and a follower failed", namespace.getUid(), e);
      }
    }
  }

  private void tellDropped(long uid) {
    for (LongConsumer listener : dropListeners) {
      try {
        listener.accept(uid);
      } catch (Throwable e) {
        LOG.error("namespace {} was deleted and a follower failed", uid, e);
      }
    }
  }

  private void finishDrop(long uid) {
    try {
      NamespaceDrop.finish(database, uid);
    } catch (Throwable e) {
      LOG.error("data of deleted namespace {} stays until the next start", uid, e);
    }
  }

  private static Refusal overloaded() {
    return Refusal.of(
            Reason.REASON_OVERLOADED, "too many writes wait for the disk: try again later")
        .withRetryAfter(RETRY);
  }

  private static Refusal shuttingDown() {
    return Refusal.of(Reason.REASON_STORE_UNAVAILABLE, "the store is shutting down");
  }

  private static final class Waiting<R> {
    final int bytes;
    final CompletableFuture<R> result = new CompletableFuture<>();
    private final Change<R> change;
    private @Nullable R value;

    Waiting(int bytes, Change<R> change) {
      this.bytes = bytes;
      this.change = change;
    }

    /** Whether the change is to be kept; a failed one has told its caller. */
    boolean apply(Draft draft) {
      try {
        value = change.apply(draft);
        return true;
      } catch (Throwable e) {
        // Also an Error: the one thread that writes must outlive any single change.
        result.completeExceptionally(e);
        return false;
      }
    }

    /** Answers the caller of an applied change. */
    void complete() {
      result.complete(value);
    }
  }
}
