package io.mnestic.orchestrator.consolidation;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.mnestic.orchestrator.v1.Consolidation;
import io.mnestic.orchestrator.v1.ConsolidationState;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The consolidation that this instance works at. Writing its progress holds it: while that is fresh
 * no other instance takes it, and if another did, the write fails and the work ends here. What is
 * asked of it meanwhile, to end or to do more, is read when a write fails.
 */
final class Progress {
  private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);

  private final ConsolidationRecords records;
  private final String namespace;
  private final Duration hold;
  private Consolidation.Builder now;
  private String etag;
  private long written = System.nanoTime();

  private Progress(
      ConsolidationRecords records,
      String namespace,
      Duration hold,
      ConsolidationRecords.Held held) {
    this.records = records;
    this.namespace = namespace;
    this.hold = hold;
    this.now = held.consolidation().toBuilder();
    this.etag = held.etag();
  }

  /** Takes the consolidation that is under way, unless another instance has it. */
  static Optional<Progress> take(ConsolidationRecords records, String namespace, Duration hold) {
    Optional<ConsolidationRecords.Held> open = records.open(namespace);
    if (open.isEmpty() || isHeld(open.get().consolidation())) {
      return Optional.empty();
    }
    Consolidation mine = held(open.get().consolidation(), hold);
    return records
        .update(namespace, mine, open.get().etag())
        .map(held -> new Progress(records, namespace, hold, held));
  }

  Consolidation now() {
    return now.build();
  }

  /** Changes the figures; written with the next step. */
  void count(Consumer<Consolidation.Builder> change) {
    change.accept(now);
  }

  /**
   * Goes on.
   *
   * @throws EndedException if it was cancelled, or another instance has it
   */
  void step() {
    if (System.nanoTime() - written < BETWEEN_WRITES.toNanos() && !now.getCancelling()) {
      return;
    }
    write();
    if (now.getCancelling()) {
      end(ConsolidationState.CONSOLIDATION_STATE_CANCELLED, "");
      throw new EndedException();
    }
  }

  /** Writes what was done, and reads what is asked. */
  void write() {
    Optional<ConsolidationRecords.Held> kept =
        records.update(namespace, held(now.build(), hold), etag);
    while (kept.isEmpty()) {
      ConsolidationRecords.Held there = records.open(namespace).orElseThrow(EndedException::new);
      boolean mine =
          there.consolidation().getHeldUntil().equals(now.getHeldUntil())
              && there.consolidation().getCreateTime().equals(now.getCreateTime());
      if (!mine) {
        throw new EndedException();
      }
      now.setId(there.consolidation().getId())
          .setCancelling(there.consolidation().getCancelling())
          .setAllTurns(there.consolidation().getAllTurns())
          .setBackground(there.consolidation().getBackground());
      kept = records.update(namespace, held(now.build(), hold), there.etag());
    }
    now = kept.get().consolidation().toBuilder();
    etag = kept.get().etag();
    written = System.nanoTime();
  }

  /** Ends it; what is asked of it at the last moment is too late. */
  void end(ConsolidationState state, String message) {
    write();
    now.setState(state).setMessage(message).clearHeldUntil().setUpdateTime(Timestamps.now());
    records.end(namespace, now.build(), etag);
  }

  /** Lets go of it, to be tried again, and says why; ends it if that is asked. */
  void release(String why) {
    Optional<ConsolidationRecords.Held> released;
    do {
      write();
      if (now.getCancelling()) {
        end(ConsolidationState.CONSOLIDATION_STATE_CANCELLED, "");
        return;
      }
      Consolidation free = now.build().toBuilder().clearHeldUntil().setMessage(why).build();
      released = records.update(namespace, free, etag);
    } while (released.isEmpty());
  }

  private static boolean isHeld(Consolidation consolidation) {
    return consolidation.hasHeldUntil()
        && Timestamps.compare(consolidation.getHeldUntil(), Timestamps.now()) > 0;
  }

  private static Consolidation held(Consolidation consolidation, Duration hold) {
    return consolidation.toBuilder()
        .setUpdateTime(Timestamps.now())
        .setHeldUntil(Timestamps.add(Timestamps.now(), Durations.fromMillis(hold.toMillis())))
        .clearMessage()
        .build();
  }

  /** Ends the work here: it was cancelled, or is another's by now. */
  static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
