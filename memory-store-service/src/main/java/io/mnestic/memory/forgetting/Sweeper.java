package io.mnestic.memory.forgetting;

import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.usage.CountUses;
import io.mnestic.memory.v1.ForgettingPolicy;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps the namespaces whose policy may have something to forget, one after the other on one
 * thread. No two processes do, since one alone has the data folder open.
 */
public final class Sweeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final int PAGE = 1_000;

  private final MemoryLog log;
  private final Indexer indexer;
  private final CountUses uses;
  private final SweepProgress progress;
  private final ForgettingSettings settings;
  private final Clock clock;
  private final ScheduledExecutorService thread;

  /** By namespace number; only the sweeping thread uses it. */
  private final Map<Long, Swept> swept = new HashMap<>();

  /** Sweeps from now on. */
  public Sweeper(
      MemoryLog log,
      Indexer indexer,
      CountUses uses,
      SweepProgress progress,
      ForgettingSettings settings,
      Clock clock) {
    this.log = log;
    this.indexer = indexer;
    this.uses = uses;
    this.progress = progress;
    this.settings = settings;
    this.clock = clock;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("forgetting-sweeper").factory());
    long pause = settings.interval().toMillis();
    var _ = thread.scheduleWithFixedDelay(this::sweepAll, pause, pause, TimeUnit.MILLISECONDS);
  }

  /** Ends the sweep under way between two of its steps. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      while (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
        LOG.info("waiting for a sweep to end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sweepAll() {
    try {
      List<StoredNamespace> due = due();
      for (StoredNamespace namespace : due) {
        if (thread.isShutdown()) {
          return;
        }
        sweep(namespace);
      }
    } catch (Throwable e) {
      // Thrown further, it would end the schedule.
      LOG.error("namespaces could not be swept", e);
    }
  }

  private List<StoredNamespace> due() {
    List<StoredNamespace> due = new ArrayList<>();
    Map<Long, Swept> still = new HashMap<>();
    try (LogView view = log.view()) {
      String last = "";
      Page<StoredNamespace> page;
      do {
        page = view.namespaces(last, PAGE);
        for (StoredNamespace namespace : page.items()) {
          last = namespace.getNamespace().getName();
          Swept before = swept.get(namespace.getUid());
          if (before != null) {
            still.put(namespace.getUid(), before);
          }
          if (isDue(namespace, before)) {
            due.add(namespace);
          }
        }
      } while (page.more());
    }
    swept.clear();
    swept.putAll(still);
    return due;
  }

  /** Whether a walk could find something: it costs more the more is there. */
  private boolean isDue(StoredNamespace namespace, @Nullable Swept before) {
    Rules rules = Rules.of(namespace.getNamespace().getForgetting());
    if (!rules.timed() && !rules.over(namespace.getNamespace())) {
      return false;
    }
    return before == null
        || (System.nanoTime() - before.restUntil() >= 0
            && (before.revision() != namespace.getNamespace().getRevision()
                || !before.policy().equals(rules.policy())
                || clock.millis() >= before.dueMillis()));
  }

  private void sweep(StoredNamespace namespace) {
    long uid = namespace.getUid();
    long began = System.nanoTime();
    Sweep sweep =
        new Sweep(log, clock, settings.batchSize(), uses::flush, indexer::checkRoom, namespace);
    progress.began(uid);
    try {
      Sweep.Outcome outcome =
          sweep.run(more -> {
            if (thread.isShutdown()) {
              throw new CancellationException("the store is shutting down");
            }
            progress.scanned(uid, more);
          });
      long now = System.nanoTime();
      long due = Timestamps.toMillis(outcome.at()) + (long) (outcome.dueIn() * 1_000);
      swept.put(
          uid,
          new Swept(
              outcome.all() ? outcome.after().getNamespace().getRevision() : -1,
              namespace.getNamespace().getForgetting(),
              due,
              now + (now - began) * settings.rest()));
      LOG.debug("namespace {}: {} forgotten", uid, outcome.forgotten());
    } catch (Sweep.PolicyChanged | CancellationException e) {
      LOG.debug("namespace {}: {}", uid, e.getMessage());
    } catch (Refusal e) {
      LOG.info("namespace {} is swept later: {}", uid, e.getMessage());
    } catch (Throwable e) {
      LOG.error("namespace {} could not be swept; it is tried again", uid, e);
    } finally {
      progress.ended(uid);
    }
  }

  /**
   * What is known since a namespace's last sweep.
   *
   * @param revision with which nothing was left to forget; -1 if something was
   * @param dueMillis when time alone makes a further memory go, in milliseconds since 1970
   * @param restUntil not before this, of {@link System#nanoTime()}
   */
  private record Swept(long revision, ForgettingPolicy policy, long dueMillis, long restUntil) {}
}
