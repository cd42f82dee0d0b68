package io.mnestic.memory.indexing;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.NamespaceIndex;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** How far one namespace's index has followed its log. */
final class Follower {
  /** Failures in a row after which nobody is kept waiting. */
  private static final int PATIENCE = 3;

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private StoredNamespace head;
  private long position = -1;
  private long revision = -1;
  private long needed;
  private boolean running;
  private int failures;
  private @Nullable Throwable failure;

  /**
   * A follower that knows nothing of its index yet.
   *
   * @param head the namespace as it is now; all of it is to be searchable before the first search
   */
  Follower(StoredNamespace head) {
    this.head = head;
    this.needed = head.getPosition();
  }

  /** Whether there is work for which no thread runs; the caller then runs one. */
  boolean grown(StoredNamespace newHead) {
    lock.lock();
    try {
      if (newHead.getPosition() > head.getPosition()) {
        head = newHead;
      }
      return start();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is work left after a turn of it; if not, nobody runs any more. */
  boolean goesOn() {
    lock.lock();
    try {
      running = false;
      failures = 0;
      failure = null;
      return start();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A turn failed; whoever ran it runs another one later.
   *
   * @return how many failed in a row
   */
  int failed(Throwable reason) {
    lock.lock();
    try {
      failure = reason;
      moved.signalAll();
      return ++failures;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes over where the index stands. If it was opened again from an older commit, searches wait
   * until it is back where it was.
   */
  void applied(NamespaceIndex index) {
    lock.lock();
    try {
      needed = Math.max(needed, position);
      position = index.appliedPosition();
      revision = index.appliedRevision();
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether an index that was lent has what {@link #await} waits for. */
  boolean isAt(NamespaceIndex index, long wanted) {
    lock.lock();
    try {
      applied(index);
      return has(wanted);
    } finally {
      lock.unlock();
    }
  }

  StoredNamespace head() {
    lock.lock();
    try {
      return head;
    } finally {
      lock.unlock();
    }
  }

  /** Entries not yet applied. */
  long tail() {
    lock.lock();
    try {
      return position < 0 ? 0 : head.getPosition() - position;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the index has a revision, and all that was there at the start.
   *
   * @return false if it has not after {@code millis}
   * @throws Refusal the one that following ended with, or STORE_UNAVAILABLE if it failed repeatedly
   */
  boolean await(long wanted, long millis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!has(wanted)) {
        refuse();
        if (left <= 0) {
          return false;
        }
        left = moved.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean has(long wanted) {
    return position >= needed && revision >= wanted;
  }

  private void refuse() {
    if (failure instanceof Refusal refusal) {
      throw refusal;
    }
    if (failures >= PATIENCE) {
      throw Refusal.of(
              Reason.REASON_STORE_UNAVAILABLE,
              "the index can not be brought up to date; see the log of the store")
          .withRetryAfter(RETRY);
    }
  }

  private boolean start() {
    if (running || position >= head.getPosition()) {
      return false;
    }
    running = true;
    return true;
  }
}
