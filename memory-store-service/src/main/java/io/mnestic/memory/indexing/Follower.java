package io.mnestic.memory.indexing;

import io.mnestic.memory.index.NamespaceIndex;
import io.mnestic.store.v1.StoredNamespace;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How far one namespace's index has followed its log. */
final class Follower {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final long firstHead;
  private StoredNamespace head;
  private long position = -1;
  private long revision = -1;
  private boolean running;

  /**
   * A follower that knows nothing of its index yet.
   *
   * @param head the namespace as it is now; all of it is to be searchable before the first search
   */
  Follower(StoredNamespace head) {
    this.head = head;
    this.firstHead = head.getPosition();
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
      return start();
    } finally {
      lock.unlock();
    }
  }

  /** The run ended early; what waits for it will wait in vain and gives up by its own deadline. */
  void stopped() {
    lock.lock();
    try {
      running = false;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void applied(NamespaceIndex index) {
    lock.lock();
    try {
      position = index.appliedPosition();
      revision = index.appliedRevision();
      moved.signalAll();
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
   */
  boolean await(long wanted, long millis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (position < firstHead || revision < wanted) {
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

  private boolean start() {
    if (running || position >= head.getPosition()) {
      return false;
    }
    running = true;
    return true;
  }
}
