package io.mnestic.memory.log;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Turn;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredTokens;
import io.mnestic.store.v1.StoredVectors;
import java.util.List;
import java.util.Optional;

/** What follows from a log entry in the families of current state, and in the counts. */
final class Derivation {
  private static final byte[] NOTHING = new byte[0];

  private final RocksDraft draft;
  private final long uid;
  private long memories;
  private long unencoded;

  Derivation(RocksDraft draft, long uid) {
    this.draft = draft;
    this.uid = uid;
  }

  void apply(LogEntry entry) {
    for (String id : entry.getDeletedMemoriesList()) {
      remove(id);
    }
    for (Memory memory : entry.getMemoriesList()) {
      remove(memory.getId());
      add(memory);
    }
    for (Record record : entry.getDeletedRecordsList()) {
      draft.delete(Family.RECORDS, recordKey(record));
    }
    for (Record record : entry.getRecordsList()) {
      draft.put(Family.RECORDS, recordKey(record), record.toByteArray());
    }
  }

  /** By how much the number of memories grew. */
  long memories() {
    return memories;
  }

  /** By how much the number of memories without a key vector grew. */
  long unencoded() {
    return unencoded;
  }

  private void remove(String id) {
    byte[] key = Keys.of(uid, id);
    Optional<Memory> stored = draft.read(Family.MEMORIES, key, Memory.parser());
    if (stored.isEmpty()) {
      return;
    }
    Memory memory = stored.get();
    memories--;
    draft.delete(Family.MEMORIES, key);
    draft.delete(Family.VECTORS, key);
    draft.delete(Family.TOKENS, key);
    if (draft.get(Family.UNENCODED, key) != null) {
      unencoded--;
      draft.delete(Family.UNENCODED, key);
    }
    if (memory.getPinned()) {
      draft.delete(Family.PINNED, key);
    }
    if (memory.hasTurn()) {
      draft.delete(Family.TURNS, turnKey(memory.getTurn()));
    }
  }

  private void add(Memory memory) {
    byte[] key = Keys.of(uid, memory.getId());
    memories++;
    draft.put(
        Family.MEMORIES,
        key,
        memory.toBuilder().clearVectors().clearTokenVectors().build().toByteArray());
    List<NamedVector> vectors = memory.getVectorsList();
    if (!vectors.isEmpty()) {
      draft.put(
          Family.VECTORS,
          key,
          StoredVectors.newBuilder().addAllVectors(vectors).build().toByteArray());
    }
    if (memory.getTokenVectorsCount() > 0) {
      draft.put(
          Family.TOKENS,
          key,
          StoredTokens.newBuilder()
              .setRevision(memory.getRevision())
              .addAllTokens(memory.getTokenVectorsList())
              .build()
              .toByteArray());
    }
    if (vectors.stream().noneMatch(vector -> vector.getName().equals("key"))) {
      unencoded++;
      draft.put(Family.UNENCODED, key, NOTHING);
    }
    if (memory.getPinned()) {
      draft.put(Family.PINNED, key, NOTHING);
    }
    if (memory.hasTurn()) {
      Turn turn = memory.getTurn();
      draft.put(Family.TURNS, turnKey(turn), Keys.text(memory.getId()));
      if (turn.getSequence() > draft.lastSequence(uid, turn.getSession())) {
        draft.put(
            Family.SESSIONS, Keys.of(uid, turn.getSession()), Keys.number(turn.getSequence()));
      }
    }
  }

  private byte[] turnKey(Turn turn) {
    return Keys.inGroup(uid, turn.getSession(), Keys.number(turn.getSequence()));
  }

  private byte[] recordKey(Record record) {
    return Keys.inGroup(uid, record.getCollection(), Keys.text(record.getId()));
  }
}
