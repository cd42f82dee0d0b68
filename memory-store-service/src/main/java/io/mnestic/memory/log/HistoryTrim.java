package io.mnestic.memory.log;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Record;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredRevision;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Removes versions that ended longer ago than their namespace keeps its past. A revision's entry in
 * the log says which versions it ended, so each entry is looked at once, when its time has come;
 * few at a time, so that a write never waits long for it.
 */
final class HistoryTrim {
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int MOST_REVISIONS = 200;
  private static final int MOST_NAMESPACES = 1_000;

  private final Database database;
  private final Clock clock;
  private Instant due = Instant.MIN;
  private byte[] next = new byte[0];

  HistoryTrim(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Whether more may be removed at once. */
  boolean runIfDue() {
    Instant now = clock.instant();
    if (now.isBefore(due)) {
      return false;
    }
    // A write that fails is tried again after the pause.
    due = now.plus(PAUSE);
    boolean more = run(Timeline.timestamp(now));
    if (more) {
      due = now;
    } else {
      next = new byte[0];
    }
    return more;
  }

  private boolean run(Timestamp now) {
    // Not synced: a trim that a crash undoes is done again.
    try (RocksIterator it = database.rocks().newIterator(database.handle(Family.NAMESPACES));
        WriteOptions options = new WriteOptions();
        WriteBatch batch = new WriteBatch()) {
      int revisions = 0;
      int namespaces = 0;
      for (it.seek(next); it.isValid(); it.next()) {
        if (revisions >= MOST_REVISIONS || namespaces++ == MOST_NAMESPACES) {
          break;
        }
        next = it.key();
        StoredNamespace namespace = StoredNamespace.parseFrom(it.value());
        revisions += trim(namespace, now, MOST_REVISIONS - revisions, batch);
      }
      boolean more = it.isValid() || revisions >= MOST_REVISIONS;
      if (batch.count() > 0) {
        database.rocks().write(options, batch);
      }
      return more;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged value in the log", e);
    } catch (RocksDBException e) {
      throw Database.writeFailure(e);
    }
  }

  /** How many revisions' leavings were removed. */
  private int trim(StoredNamespace namespace, Timestamp now, int most, WriteBatch batch)
      throws RocksDBException, InvalidProtocolBufferException {
    Timestamp horizon = Timeline.horizon(namespace, now);
    NavigableSet<Long> pins = null;
    long uid = namespace.getUid();
    long from = namespace.getTrimmedRevision();
    long revision = from;
    while (revision < namespace.getNamespace().getRevision() && revision - from < most) {
      StoredRevision stored = StoredRevision.parseFrom(get(Family.REVISIONS, uid, revision + 1));
      if (Timestamps.compare(stored.getCommitTime(), horizon) > 0) {
        break;
      }
      revision++;
      if (pins == null) {
        pins = pins(namespace);
      }
      remove(uid, pins, LogEntry.parseFrom(get(Family.LOG, uid, stored.getPosition())), batch);
    }
    if (revision > from) {
      batch.put(
          database.handle(Family.NAMESPACES),
          Keys.text(namespace.getNamespace().getName()),
          namespace.toBuilder()
              .setTrimmedRevision(revision)
              .setOldestRevision(Math.max(namespace.getOldestRevision(), revision))
              .build()
              .toByteArray());
    }
    return (int) (revision - from);
  }

  private NavigableSet<Long> pins(StoredNamespace namespace) {
    try (ReadOptions options = new ReadOptions()) {
      return Pins.of(database, options, namespace);
    }
  }

  /** Removes what the entry's revision ended and no pin needs. */
  private void remove(long uid, NavigableSet<Long> pins, LogEntry entry, WriteBatch batch)
      throws RocksDBException, InvalidProtocolBufferException {
    long until = entry.getRevision();
    for (Memory memory : entry.getMemoriesList()) {
      removeMemory(uid, memory.getId(), until, pins, batch);
    }
    for (String id : entry.getDeletedMemoriesList()) {
      removeMemory(uid, id, until, pins, batch);
    }
    for (Record record : entry.getRecordsList()) {
      removeRecord(uid, record, until, pins, batch);
    }
    for (Record record : entry.getDeletedRecordsList()) {
      removeRecord(uid, record, until, pins, batch);
    }
  }

  private void removeMemory(
      long uid, String id, long until, NavigableSet<Long> pins, WriteBatch batch)
      throws RocksDBException, InvalidProtocolBufferException {
    byte[] key = Keys.past(Keys.of(uid, id), until);
    byte @Nullable [] stored = database.rocks().get(database.handle(Family.PAST_MEMORIES), key);
    if (stored == null) {
      return;
    }
    Memory memory = Memory.parseFrom(stored);
    if (isPinned(pins, memory.getRevision(), until)) {
      return;
    }
    batch.delete(database.handle(Family.PAST_MEMORIES), key);
    if (memory.hasTurn()) {
      byte[] place = Keys.number(memory.getTurn().getSequence());
      batch.delete(
          database.handle(Family.PAST_TURNS),
          Keys.past(Keys.inGroup(uid, memory.getTurn().getSession(), place), until));
    }
  }

  private void removeRecord(
      long uid, Record record, long until, NavigableSet<Long> pins, WriteBatch batch)
      throws RocksDBException, InvalidProtocolBufferException {
    byte[] key =
        Keys.past(Keys.inGroup(uid, record.getCollection(), Keys.text(record.getId())), until);
    byte @Nullable [] stored = database.rocks().get(database.handle(Family.PAST_RECORDS), key);
    if (stored != null && !isPinned(pins, Record.parseFrom(stored).getRevision(), until)) {
      batch.delete(database.handle(Family.PAST_RECORDS), key);
    }
  }

  /** Whether a pinned revision saw a version. */
  private static boolean isPinned(NavigableSet<Long> pins, long from, long until) {
    Long pin = pins.ceiling(from);
    return pin != null && pin < until;
  }

  private byte[] get(Family family, long uid, long number) throws RocksDBException {
    byte @Nullable [] value = database.rocks().get(database.handle(family), Keys.of(uid, number));
    if (value == null) {
      throw new IllegalStateException(
          "namespace %d has no %d in %s".formatted(uid, number, family));
    }
    return value;
  }
}
