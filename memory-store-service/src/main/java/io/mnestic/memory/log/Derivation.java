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
import org.jspecify.annotations.Nullable;

/** What follows from a log entry in the families of current state, and in the counts. */
final class Derivation {
  private static final byte[] NOTHING = new byte[0];

  private final GroupBatch draft;
  private final long uid;

  /** What this entry replaces is history from it on; derived data replaces without a trace. */
  private final boolean history;

  private final long revision;
  private long memories;
  private long unencoded;
  private long tokenless;
  private long bytes;

  Derivation(GroupBatch draft, long uid, LogEntry entry) {
    this.draft = draft;
    this.uid = uid;
    this.history = !entry.getDerived();
    this.revision = entry.getRevision();
  }

  void apply(LogEntry entry) {
    for (String id : entry.getDeletedMemoriesList()) {
      remove(id);
      draft.delete(Family.USES, Keys.of(uid, id));
    }
    for (Memory memory : entry.getMemoriesList()) {
      remove(memory.getId());
      add(memory);
    }
    for (Record record : entry.getDeletedRecordsList()) {
      remove(record);
    }
    for (Record record : entry.getRecordsList()) {
      remove(record);
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

  /** By how much the number of memories without token vectors grew. */
  long tokenless() {
    return tokenless;
  }

  /** By how many bytes the memories as stored grew. */
  long bytes() {
    return bytes;
  }

  private void remove(String id) {
    byte[] key = Keys.of(uid, id);
    Optional<Memory> stored = draft.read(Family.MEMORIES, key, Memory.parser());
    if (stored.isEmpty()) {
      return;
    }
    Memory memory = stored.get();
    if (history) {
      draft.put(
          Family.PAST_MEMORIES, Keys.past(key, revision), draft.whole(memory, key).toByteArray());
    }
    memories--;
    bytes -= memory.getSerializedSize();
    draft.delete(Family.MEMORIES, key);
    draft.delete(Family.VECTORS, key);
    draft.delete(Family.TOKENS, key);
    if (draft.get(Family.UNENCODED, key) != null) {
      unencoded--;
      draft.delete(Family.UNENCODED, key);
    }
    if (draft.get(Family.TOKENLESS, key) != null) {
      tokenless--;
      draft.delete(Family.TOKENLESS, key);
    }
    if (memory.getPinned()) {
      draft.delete(Family.PINNED, key);
    }
    if (memory.hasTurn()) {
      byte[] turnKey = turnKey(memory.getTurn());
      draft.delete(Family.TURNS, turnKey);
      if (history) {
        draft.put(Family.PAST_TURNS, Keys.past(turnKey, revision), Keys.text(id));
      }
    }
  }

  private void remove(Record record) {
    byte[] key = recordKey(record);
    byte @Nullable [] stored = draft.get(Family.RECORDS, key);
    if (stored != null) {
      draft.put(Family.PAST_RECORDS, Keys.past(key, revision), stored);
      draft.delete(Family.RECORDS, key);
    }
  }

  private void add(Memory memory) {
    byte[] key = Keys.of(uid, memory.getId());
    memories++;
    byte[] content = memory.toBuilder().clearVectors().clearTokenVectors().build().toByteArray();
    bytes += content.length;
    draft.put(Family.MEMORIES, key, content);
    List<NamedVector> vectors = memory.getVectorsList();
    if (!vectors.isEmpty()) {
      draft.put(
          Family.VECTORS,
          key,
          StoredVectors.newBuilder().addAllVectors(vectors).build().toByteArray());
    }
    if (memory.getTokenVectorsCount() == 0) {
      tokenless++;
      draft.put(Family.TOKENLESS, key, NOTHING);
    } else {
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
