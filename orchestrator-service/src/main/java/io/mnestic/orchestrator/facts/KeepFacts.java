package io.mnestic.orchestrator.facts;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.Turn;
import io.mnestic.memory.v1.UpdateMemoryRequest;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.turn.TurnText;
import io.mnestic.orchestrator.v1.FactEntry;
import io.mnestic.orchestrator.v1.FactSlot;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what turns say of their speakers. What contradicts an earlier fact ends that one's valid
 * time and leaves it where it is. Doing a turn again, as after a crash, changes nothing.
 */
@Singleton
public final class KeepFacts {
  private static final int MOST_SOURCES = 1_000;

  /** Whose facts USER turns without a speaker are. */
  static final String USER = "user";

  private final FactSlots slots;
  private final MemoryStoreServiceBlockingStub store;

  KeepFacts(FactSlots slots, MemoryStoreServiceBlockingStub store) {
    this.slots = slots;
    this.store = store;
  }

  /** Keeps the facts of one turn. */
  public Kept keep(String namespace, Memory turn) {
    Optional<String> subject = subject(turn.getTurn());
    int written = 0;
    int closed = 0;
    if (subject.isPresent()) {
      for (Statement statement : FirstPerson.read(TurnText.content(turn))) {
        Kept kept = keep(namespace, subject.get(), statement, turn);
        written += kept.written();
        closed += kept.closed();
      }
    }
    return new Kept(written, closed);
  }

  /** A model's "I" is nobody's; that of a speaker with a name is his. */
  private static Optional<String> subject(Turn turn) {
    boolean person = turn.getRole() == Role.ROLE_USER || !turn.getSpeaker().isBlank();
    if (!person || turn.getRole() == Role.ROLE_TOOL || turn.getRole() == Role.ROLE_SYSTEM) {
      return Optional.empty();
    }
    return Optional.of(turn.getSpeaker().isBlank() ? USER : turn.getSpeaker());
  }

  private Kept keep(String namespace, String subject, Statement statement, Memory turn) {
    FactSlot slot = slots.get(namespace, subject, statement.slot());
    Timestamp said = turn.getTurn().getSaidTime();
    Timestamp from = from(statement, slot, said);
    List<FactEntry> facts = new ArrayList<>(slot.getFactsList());
    int closed = 0;
    int same = -1;
    for (int i = 0; i < facts.size(); i++) {
      FactEntry fact = facts.get(i);
      boolean sameSaid = fact.getStatement().equals(FactMemory.digest(statement));
      boolean inForce = !fact.hasValidTo();
      if (inForce && sameSaid && !statement.ended()) {
        same = i;
      } else if (inForce && sameSaid == statement.ended() && began(fact, said)) {
        facts.set(i, close(namespace, fact, statement.ended() ? said : later(from, fact)));
        closed++;
      }
    }
    if (statement.ended()) {
      return ended(namespace, subject, statement, facts, closed);
    }
    if (same >= 0) {
      addSource(namespace, facts.get(same), turn.getId());
      return new Kept(1, 0);
    }
    Memory fact = FactMemory.of(subject, statement, from, turn.getId());
    Optional<Timestamp> until = startOfNext(facts, said);
    if (until.isPresent()) {
      fact = fact.toBuilder().setValidTo(until.get()).build();
    }
    store.writeMemories(
        WriteMemoriesRequest.newBuilder().setNamespace(namespace).addMemories(fact).build());
    FactEntry entry = entry(fact, statement);
    facts.removeIf(earlier -> earlier.getMemoryId().equals(entry.getMemoryId()));
    facts.add(entry);
    facts.sort((one, other) -> Timestamps.compare(one.getValidFrom(), other.getValidFrom()));
    slots.put(
        namespace, subject, statement.slot(), FactSlot.newBuilder().addAllFacts(facts).build());
    return new Kept(1, closed);
  }

  private Kept ended(
      String namespace, String subject, Statement statement, List<FactEntry> facts, int closed) {
    if (closed > 0) {
      slots.put(
          namespace, subject, statement.slot(), FactSlot.newBuilder().addAllFacts(facts).build());
    }
    return new Kept(0, closed);
  }

  /** Since when it holds, unless something else is known to have held since then; else the turn. */
  private static Timestamp from(Statement statement, FactSlot slot, Timestamp said) {
    if (statement.since() == null) {
      return said;
    }
    Timestamp since = Timestamps.fromMillis(statement.since().toEpochMilli());
    boolean otherwise =
        slot.getFactsList().stream()
            .anyMatch(fact -> Timestamps.compare(fact.getValidFrom(), since) >= 0);
    return Timestamps.compare(since, said) < 0 && !otherwise ? since : said;
  }

  private static boolean began(FactEntry fact, Timestamp time) {
    return Timestamps.compare(fact.getValidFrom(), time) <= 0;
  }

  /** A valid time is not empty: it ends a millisecond after it begins, at the earliest. */
  private static Timestamp later(Timestamp end, FactEntry fact) {
    return Timestamps.compare(end, fact.getValidFrom()) > 0
        ? end
        : Timestamps.fromMillis(Timestamps.toMillis(fact.getValidFrom()) + 1);
  }

  /** Turns may come out of order: what was said before the present fact ended when that began. */
  private static Optional<Timestamp> startOfNext(List<FactEntry> facts, Timestamp said) {
    return facts.stream()
        .map(FactEntry::getValidFrom)
        .filter(start -> Timestamps.compare(start, said) > 0)
        .min(Timestamps::compare);
  }

  private FactEntry close(String namespace, FactEntry fact, Timestamp end) {
    Timestamp until = later(end, fact);
    update(
        namespace,
        Memory.newBuilder().setId(fact.getMemoryId()).setValidTo(until).build(),
        "valid_to");
    return fact.toBuilder().setValidTo(until).build();
  }

  private void addSource(String namespace, FactEntry fact, String turnId) {
    Optional<Memory> there = read(namespace, fact.getMemoryId());
    boolean news =
        there.isPresent()
            && !there.get().getSourceIdsList().contains(turnId)
            && there.get().getSourceIdsCount() < MOST_SOURCES;
    if (news) {
      update(
          namespace,
          Memory.newBuilder()
              .setId(fact.getMemoryId())
              .addAllSourceIds(there.get().getSourceIdsList())
              .addSourceIds(turnId)
              .build(),
          "source_ids");
    }
  }

  /** A fact that was forgotten stays so. */
  private void update(String namespace, Memory memory, String path) {
    try {
      store.updateMemory(
          UpdateMemoryRequest.newBuilder()
              .setNamespace(namespace)
              .setMemory(memory)
              .setUpdateMask(FieldMask.newBuilder().addPaths(path))
              .build());
    } catch (StatusRuntimeException e) {
      if (!PeerFailure.is(e, Reason.REASON_MEMORY_NOT_FOUND)) {
        throw e;
      }
    }
  }

  private Optional<Memory> read(String namespace, String id) {
    return PeerFailure.unless(
        Reason.REASON_MEMORY_NOT_FOUND,
        () ->
            store
                .getMemory(
                    GetMemoryRequest.newBuilder()
                        .setNamespace(namespace)
                        .setId(id)
                        .setUncounted(true)
                        .build())
                .getMemory());
  }

  private static FactEntry entry(Memory fact, Statement statement) {
    FactEntry.Builder entry =
        FactEntry.newBuilder()
            .setMemoryId(fact.getId())
            .setStatement(FactMemory.digest(statement))
            .setValidFrom(fact.getValidFrom());
    if (fact.hasValidTo()) {
      entry.setValidTo(fact.getValidTo());
    }
    return entry.build();
  }

  /** How many facts were written or found again, and how many ended. */
  public record Kept(int written, int closed) {}
}
