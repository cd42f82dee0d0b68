package io.mnestic.encoder.batching;

import io.mnestic.encoder.batching.Job.Item;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Inputs that wait for a batch. Jobs take turns: each batch is built around the shortest input of
 * the job whose turn it is, so none starves, and filled up with inputs of any job whose length is
 * near. With packed weights a batch costs about as much as 16 tokens beside what its tokens cost,
 * so a passage that would add more padding than that waits for another.
 */
final class Line {
  private final BatchingSettings settings;
  private final long waitNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Job> jobs = new ArrayDeque<>();
  private final TreeMap<Integer, Deque<Item>> byLength = new TreeMap<>();
  private int waiting;
  private int waitingTokens;
  private boolean closed;

  /**
   * An empty line.
   *
   * @param wait how long a batch that is not full waits for more
   */
  Line(BatchingSettings settings, Duration wait) {
    this.settings = settings;
    this.waitNanos = wait.toNanos();
  }

  /** Takes a job in; false if the line is closed. */
  boolean add(Job job) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      jobs.addLast(job);
      for (Item item : job.items()) {
        byLength.computeIfAbsent(item.length(), length -> new ArrayDeque<>()).addLast(item);
        waiting++;
        waitingTokens += item.length();
      }
      // All, since one job may be work for several.
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The next batch, waiting for one; empty when the line is closed. */
  List<Item> next() {
    lock.lock();
    try {
      while (true) {
        dropOver();
        if (closed) {
          return List.of();
        }
        long wait = jobs.isEmpty() ? Long.MAX_VALUE : nanosToWait();
        if (wait <= 0) {
          return fill();
        }
        changed.awaitNanos(wait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  /** How many inputs no batch has taken yet, after those are dropped that no one waits for. */
  int waiting() {
    lock.lock();
    try {
      dropOver();
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more and fails what waits. */
  void close(Throwable cause) {
    lock.lock();
    try {
      closed = true;
      jobs.forEach(job -> job.fail(cause));
      clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A batch that is not full waits for more until its oldest job has waited long enough. */
  private long nanosToWait() {
    if (waitingTokens >= settings.batchTokens()) {
      return 0;
    }
    long oldest = jobs.stream().mapToLong(job -> job.arrivedNanos).min().orElseThrow();
    return waitNanos - (System.nanoTime() - oldest);
  }

  private List<Item> fill() {
    Job job = jobs.removeFirst();
    @Nullable Item anchor = job.next();
    List<Item> batch = new ArrayList<>();
    if (anchor != null) {
      take(anchor, batch);
      fillAround(anchor.length(), batch);
    }
    if (job.next() != null) {
      jobs.addLast(job);
    }
    jobs.removeIf(other -> other.next() == null);
    if (jobs.isEmpty()) {
      clear();
    }
    return batch;
  }

  private void fillAround(int anchor, List<Item> batch) {
    int shortest = anchor;
    int longest = anchor;
    while (true) {
      int from = shortest;
      int to = longest;
      @Nullable Item below = first(() -> byLength.floorEntry(from));
      @Nullable Item above = first(() -> byLength.ceilingEntry(to));
      int belowPadding = below == null ? Integer.MAX_VALUE : longest - below.length();
      int abovePadding =
          above == null ? Integer.MAX_VALUE : (above.length() - longest) * batch.size();
      Item best = belowPadding <= abovePadding ? below : above;
      int longer = best == null ? longest : Math.max(longest, best.length());
      if (best == null
          || Math.min(belowPadding, abovePadding) > settings.batchPadding()
          || (batch.size() + 1) * longer > settings.batchTokens()) {
        return;
      }
      take(best, batch);
      shortest = Math.min(shortest, best.length());
      longest = longer;
    }
  }

  /** The first that is still to be had of the nearest length; lengths without one are left out. */
  private @Nullable Item first(Supplier<Map.@Nullable Entry<Integer, Deque<Item>>> nearest) {
    for (Map.Entry<Integer, Deque<Item>> entry = nearest.get();
        entry != null;
        entry = nearest.get()) {
      Deque<Item> items = entry.getValue();
      while (!items.isEmpty() && items.getFirst().taken) {
        items.removeFirst();
      }
      if (!items.isEmpty()) {
        return items.getFirst();
      }
      byLength.remove(entry.getKey());
    }
    return null;
  }

  private void take(Item item, List<Item> batch) {
    item.taken = true;
    waiting--;
    waitingTokens -= item.length();
    batch.add(item);
  }

  private void dropOver() {
    for (Iterator<Job> all = jobs.iterator(); all.hasNext(); ) {
      Job job = all.next();
      if (job.isOver()) {
        all.remove();
        for (Item item : job.items()) {
          if (!item.taken) {
            item.taken = true;
            waiting--;
            waitingTokens -= item.length();
          }
        }
      }
    }
  }

  private void clear() {
    jobs.clear();
    byLength.clear();
    waiting = 0;
    waitingTokens = 0;
  }
}
