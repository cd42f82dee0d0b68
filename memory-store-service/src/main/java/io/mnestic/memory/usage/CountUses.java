package io.mnestic.memory.usage;

import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.MemoryUsage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts uses of memories in memory and brings the counts to the log in batches, on a thread of its
 * own: a read leaves the ids that it used and goes on. A crash loses what was not flushed.
 */
public final class CountUses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CountUses.class);

  /** Counts changed by one commit: the one writing thread looks each up. */
  private static final int BATCH = 500;

  private static final int BYTES_EACH = 64;

  private final MemoryLog log;
  private final UsageSettings settings;
  private final Clock clock;
  private final Map<Used, Uses> waiting = new ConcurrentHashMap<>();
  private final ScheduledExecutorService flusher;

  /** Counts from now on. */
  public CountUses(MemoryLog log, UsageSettings settings, Clock clock) {
    this.log = log;
    this.settings = settings;
    this.clock = clock;
    this.flusher =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("usage-flusher").factory());
    long pause = settings.flushInterval().toMillis();
    var _ = flusher.scheduleWithFixedDelay(this::flushSafely, pause, pause, TimeUnit.MILLISECONDS);
  }

  /** Counts one use of each, for each time its id is given. Never waits for the log. */
  public void count(long uid, Collection<String> ids) {
    long now = clock.millis();
    for (String id : ids) {
      add(new Used(uid, id), new Uses(1, now));
    }
  }

  /**
   * Brings to the log what was counted before this call. Only one flush runs at a time, so that
   * whoever comes while another runs goes on when that is done, and then finds nothing left.
   */
  public synchronized void flush() {
    List<Map.Entry<Used, Uses>> batch = new ArrayList<>();
    for (Iterator<Used> it = waiting.keySet().iterator(); it.hasNext(); ) {
      Used used = it.next();
      Uses uses = waiting.remove(used);
      if (uses != null) {
        batch.add(Map.entry(used, uses));
      }
      if (batch.size() == BATCH || (!it.hasNext() && !batch.isEmpty())) {
        commit(batch);
        batch.clear();
      }
    }
  }

  /** Flushes once more and ends. */
  @Override
  public void close() {
    flusher.shutdown();
    try {
      while (!flusher.awaitTermination(1, TimeUnit.SECONDS)) {
        LOG.info("waiting for counts of uses to be on disk");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    flushSafely();
  }

  private void flushSafely() {
    try {
      flush();
    } catch (Throwable e) {
      // Thrown further, it would end the schedule; what was taken is waiting again.
      LOG.warn("counts of uses could not be written; they are tried again", e);
    }
  }

  private void commit(List<Map.Entry<Used, Uses>> batch) {
    try {
      var _ =
          log.commit(
              batch.size() * BYTES_EACH,
              draft -> {
                batch.forEach(entry ->
                    draft.addUses(
                        entry.getKey().uid(), entry.getKey().id(), entry.getValue().toUsage()));
                return true;
              });
    } catch (Throwable e) {
      batch.forEach(entry -> add(entry.getKey(), entry.getValue()));
      throw e;
    }
  }

  private void add(Used used, Uses uses) {
    if (waiting.size() < settings.maxWaiting() || waiting.containsKey(used)) {
      waiting.merge(used, uses, Uses::plus);
    }
  }

  private record Used(long uid, String id) {}

  /**
   * Uses that wait.
   *
   * @param last milliseconds since 1970
   */
  private record Uses(long count, long last) {
    Uses plus(Uses other) {
      return new Uses(count + other.count, Math.max(last, other.last));
    }

    MemoryUsage toUsage() {
      return MemoryUsage.newBuilder()
          .setUses(count)
          .setLastUsedTime(Timestamps.fromMillis(last))
          .build();
    }
  }
}
