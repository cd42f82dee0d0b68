package io.mnestic.memory.transfer;

import com.google.protobuf.Timestamp;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Turn;
import io.mnestic.memory.write.TurnPlaces;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stores one step of an import: what differs from what is there, as one revision. */
final class StoreImported {
  private final Draft draft;
  private final StoredNamespace namespace;
  private final Timestamp now;
  private final TurnPlaces places;
  private final Map<Place, String> taken = new HashMap<>();

  private StoreImported(Draft draft, StoredNamespace namespace) {
    this.draft = draft;
    this.namespace = namespace;
    this.now = draft.commitTime(namespace);
    this.places = new TurnPlaces(draft, namespace.getUid(), now);
  }

  /**
   * Stores memories, up to the first that can not be.
   *
   * @param memories each id once
   */
  static Stored store(Draft draft, StoredNamespace namespace, List<Memory> memories) {
    return new StoreImported(draft, namespace).store(memories);
  }

  private Stored store(List<Memory> memories) {
    long revision = namespace.getNamespace().getRevision();
    LogEntry.Builder entry = LogEntry.newBuilder().setCommitTime(now);
    Optional<String> refusal = Optional.empty();
    int seen = 0;
    for (Memory asked : memories) {
      Optional<Memory> stored = draft.memory(namespace.getUid(), asked.getId());
      Memory.Builder memory = complete(asked, stored).setRevision(revision + 1);
      refusal = memory.hasTurn() ? checkPlace(memory.getTurn(), asked.getId()) : Optional.empty();
      if (refusal.isPresent()) {
        break;
      }
      seen++;
      if (stored.isEmpty() || !same(stored.get(), memory.build())) {
        entry.addMemories(asked.hasUpdateTime() ? memory : memory.setUpdateTime(now));
      }
    }
    int written = entry.getMemoriesCount();
    StoredNamespace after = written == 0 ? namespace : draft.append(namespace, entry);
    return new Stored(seen, written, after.getNamespace().getRevision(), refusal);
  }

  /** What the file does not say is as stored, or as a write makes it. */
  private Memory.Builder complete(Memory asked, Optional<Memory> stored) {
    Memory.Builder memory = asked.toBuilder();
    if (memory.getValue().isEmpty()) {
      memory.setValue(memory.getKey());
    }
    if (memory.getVectorsCount() == 0) {
      stored
          .filter(old -> old.getKey().equals(asked.getKey()))
          .ifPresent(old -> memory.addAllVectors(old.getVectorsList()));
    }
    if (memory.getTokenVectorsCount() == 0) {
      stored
          .filter(old -> old.getKey().equals(asked.getKey()))
          .ifPresent(old -> memory.addAllTokenVectors(old.getTokenVectorsList()));
    }
    if (!memory.hasCreateTime()) {
      memory.setCreateTime(stored.map(Memory::getCreateTime).orElse(now));
    }
    if (!memory.hasUpdateTime()) {
      memory.setUpdateTime(stored.map(Memory::getUpdateTime).orElse(now));
    }
    if (memory.hasTurn()) {
      place(memory.getTurnBuilder(), stored);
    }
    return memory;
  }

  private void place(Turn.Builder turn, Optional<Memory> stored) {
    if (!turn.hasSaidTime()) {
      stored
          .filter(Memory::hasTurn)
          .ifPresent(old -> turn.setSaidTime(old.getTurn().getSaidTime()));
    }
    if (turn.getSequence() == 0) {
      places.place(turn, stored);
    } else {
      places.take(turn);
    }
  }

  /** What is wrong with a turn's place: that another turn has it, in the store or in this step. */
  private Optional<String> checkPlace(Turn turn, String id) {
    Place place = new Place(turn.getSession(), turn.getSequence());
    return Optional.ofNullable(taken.put(place, id))
        .or(() -> draft.turnAt(namespace.getUid(), place.session(), place.sequence()))
        .filter(other -> !other.equals(id))
        .map(other ->
            "memory.turn.sequence: place %d of session '%s' is taken by '%s'"
                .formatted(place.sequence(), place.session(), other));
  }

  private static boolean same(Memory stored, Memory asked) {
    return stored.toBuilder()
        .clearRevision()
        .build()
        .equals(asked.toBuilder().clearRevision().build());
  }

  private record Place(String session, long sequence) {}

  /**
   * What was done.
   *
   * @param seen memories that are now stored, from the first on
   * @param written those of them that were not there before
   * @param revision the namespace's newest
   * @param refusal why the memory after them can not be stored
   */
  record Stored(int seen, int written, long revision, Optional<String> refusal) {}
}
