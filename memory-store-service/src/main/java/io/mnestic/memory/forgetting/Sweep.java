package io.mnestic.memory.forgetting;

import com.google.protobuf.Timestamp;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.ForgettingReason;
import io.mnestic.memory.v1.ForgettingStatus;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * One sweep of a namespace. It looks without holding up writes, then forgets in revisions of a
 * bounded number of memories, each of which looks once more that what it forgets is as it was seen.
 * What a crash leaves undone, the next sweep finds again.
 */
final class Sweep {
  /** Candidates kept of a walk; a namespace that has more to forget is walked again. */
  private static final int MOST_AT_ONCE = 50_000;

  private static final int BYTES_EACH = 64;

  private final MemoryLog log;
  private final Clock clock;
  private final int batchSize;
  private final Runnable countUses;
  private final Consumer<StoredNamespace> checkRoom;
  private final StoredNamespace namespace;
  private final Rules rules;

  /**
   * A sweep.
   *
   * @param countUses brings the counts of uses so far to the log
   * @param checkRoom refuses while too many changes wait to be indexed
   * @param namespace as it is now
   */
  Sweep(
      MemoryLog log,
      Clock clock,
      int batchSize,
      Runnable countUses,
      Consumer<StoredNamespace> checkRoom,
      StoredNamespace namespace) {
    this.log = log;
    this.clock = clock;
    this.batchSize = batchSize;
    this.countUses = countUses;
    this.checkRoom = checkRoom;
    this.namespace = namespace;
    this.rules = Rules.of(namespace.getNamespace().getForgetting());
  }

  /**
   * Sweeps.
   *
   * @param progress is told how many more memories were looked at; may throw to end the sweep
   */
  Outcome run(IntConsumer progress) {
    long scanned = 0;
    long forgotten = 0;
    while (true) {
      countUses.run();
      Timestamp at = now();
      Scan.Found found = scan(at, progress);
      scanned += found.scanned();
      long before = forgotten;
      for (ForgettingReason reason : ForgettingReason.values()) {
        forgotten += forget(reason, found.candidates());
      }
      if (found.more() && forgotten > before) {
        continue;
      }
      StoredNamespace after = finish(scanned, forgotten);
      boolean all = forgotten - before == found.candidates().size() && !found.more();
      return new Outcome(after, all, forgotten, at, found.dueIn());
    }
  }

  private Scan.Found scan(Timestamp at, IntConsumer progress) {
    try (LogView view = log.view()) {
      StoredNamespace current = same(view.namespace(namespace.getNamespace().getName()));
      return Scan.of(view, current, rules, at, Optional.empty(), MOST_AT_ONCE, progress);
    }
  }

  private int forget(ForgettingReason reason, List<Candidate> found) {
    List<Candidate> going = found.stream().filter(one -> one.reason() == reason).toList();
    int forgotten = 0;
    for (int from = 0; from < going.size(); from += batchSize) {
      List<Candidate> batch = going.subList(from, Math.min(from + batchSize, going.size()));
      checkRoom.accept(namespace);
      forgotten += log.commit(batch.size() * BYTES_EACH, draft -> forget(draft, reason, batch));
    }
    return forgotten;
  }

  private int forget(Draft draft, ForgettingReason reason, List<Candidate> batch) {
    StoredNamespace current = same(draft.namespace(namespace.getNamespace().getName()));
    boolean evicts = reason == ForgettingReason.FORGETTING_REASON_OVER_CAPACITY;
    long memories = current.getNamespace().getMemoryCount();
    long bytes = current.getNamespace().getMemoryBytes();
    LogEntry.Builder entry = LogEntry.newBuilder().setForgottenBecause(reason);
    for (Candidate one : batch) {
      // Others may have deleted enough meanwhile.
      if ((!evicts || rules.over(memories, bytes)) && isAsSeen(draft, one)) {
        entry.addDeletedMemories(one.id());
        memories--;
        bytes -= one.bytes();
      }
    }
    int forgotten = entry.getDeletedMemoriesCount();
    if (forgotten > 0) {
      var _ = draft.append(counted(current, reason, forgotten), entry);
    }
    return forgotten;
  }

  /** Neither written again (nor pinned, which is a write) nor used since. */
  private boolean isAsSeen(Draft draft, Candidate one) {
    Optional<Memory> memory = draft.memory(namespace.getUid(), one.id());
    return memory.isPresent()
        && memory.get().getRevision() == one.revision()
        && draft.usage(namespace.getUid(), one.id()).equals(one.score().usage());
  }

  /** In the revision that forgets them, so that the counts are exact. */
  private static StoredNamespace counted(
      StoredNamespace current, ForgettingReason reason, int forgotten) {
    StoredNamespace.Builder next = current.toBuilder();
    ForgettingStatus.Builder status = next.getNamespaceBuilder().getForgettingStatusBuilder();
    switch (reason) {
      case FORGETTING_REASON_EXPIRED -> status.setExpired(status.getExpired() + forgotten);
      case FORGETTING_REASON_DECAYED -> status.setDecayed(status.getDecayed() + forgotten);
      default -> status.setEvicted(status.getEvicted() + forgotten);
    }
    return next.build();
  }

  private StoredNamespace finish(long scanned, long forgotten) {
    return log.commit(
        BYTES_EACH,
        draft -> {
          StoredNamespace current = same(draft.namespace(namespace.getNamespace().getName()));
          Namespace.Builder changed = current.getNamespace().toBuilder();
          changed
              .getForgettingStatusBuilder()
              .setLastSweepTime(now())
              .setLastScanned(scanned)
              .setLastForgotten(forgotten);
          return draft.change(current, changed.build());
        });
  }

  private StoredNamespace same(StoredNamespace current) {
    boolean same =
        current.getUid() == namespace.getUid()
            && current.getNamespace().getForgetting().equals(rules.policy());
    if (!same) {
      throw new PolicyChanged();
    }
    return current;
  }

  private Timestamp now() {
    Instant now = clock.instant();
    return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
  }

  /**
   * What a sweep did.
   *
   * @param after the namespace
   * @param all whether all that was to go is gone
   * @param at the moment that decided
   * @param dueIn seconds from then until time alone makes a further memory go
   */
  record Outcome(StoredNamespace after, boolean all, long forgotten, Timestamp at, double dueIn) {}

  /** The namespace is another one, or has another policy, than when the sweep began. */
  static final class PolicyChanged extends RuntimeException {
    private static final long serialVersionUID = 1;

    PolicyChanged() {
      super("the policy changed while its namespace was swept", null, false, false);
    }
  }
}
