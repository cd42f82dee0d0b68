package io.mnestic.memory.log;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.ForgettingReason;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredRevision;
import java.nio.ByteBuffer;
import java.time.Clock;

/** The end of each namespace's log, where entries are added. */
final class LogEnd {
  private static final byte[] LAST_UID = Keys.text("last-namespace");

  private final GroupBatch batch;
  private final Clock clock;

  LogEnd(GroupBatch batch, Clock clock) {
    this.batch = batch;
    this.clock = clock;
  }

  /** When an entry commits: the clock, but never before the entry before. */
  Timestamp commitTime(StoredNamespace namespace) {
    Timestamp time = Timeline.timestamp(clock.instant());
    return Timestamps.compare(time, namespace.getCommitTime()) < 0
        ? namespace.getCommitTime()
        : time;
  }

  /** A number that no namespace had. */
  long nextUid() {
    byte[] last = batch.get(Family.DEFAULT, LAST_UID);
    long uid = (last == null ? 0 : ByteBuffer.wrap(last).getLong()) + 1;
    batch.put(Family.DEFAULT, LAST_UID, Keys.number(uid));
    return uid;
  }

  /** Adds an entry and what follows from it, but for the namespace itself. */
  StoredNamespace add(StoredNamespace namespace, LogEntry.Builder entry) {
    entry.setPosition(namespace.getPosition() + 1);
    if (!entry.hasCommitTime()) {
      entry.setCommitTime(commitTime(namespace));
    }
    LogEntry complete = entry.build();
    Derivation derivation = new Derivation(batch, namespace.getUid(), complete);
    derivation.apply(complete);
    StoredNamespace.Builder next =
        namespace.toBuilder()
            .setPosition(complete.getPosition())
            .setCommitTime(complete.getCommitTime());
    next.getNamespaceBuilder()
        .setRevision(complete.getRevision())
        .setMemoryCount(namespace.getNamespace().getMemoryCount() + derivation.memories())
        .setUnencodedCount(namespace.getNamespace().getUnencodedCount() + derivation.unencoded())
        .setTokenlessCount(namespace.getNamespace().getTokenlessCount() + derivation.tokenless())
        .setMemoryBytes(namespace.getNamespace().getMemoryBytes() + derivation.bytes());
    batch.put(
        Family.LOG, Keys.of(namespace.getUid(), complete.getPosition()), complete.toByteArray());
    return next.build();
  }

  /**
   * The newest revision's entry and time.
   *
   * @param why its entry forgets memories
   */
  void putRevision(StoredNamespace namespace, ForgettingReason why) {
    batch.put(
        Family.REVISIONS,
        Keys.of(namespace.getUid(), namespace.getNamespace().getRevision()),
        StoredRevision.newBuilder()
            .setPosition(namespace.getPosition())
            .setCommitTime(namespace.getCommitTime())
            .setForgottenBecause(why)
            .build()
            .toByteArray());
  }

  void put(StoredNamespace namespace) {
    batch.put(
        Family.NAMESPACES, Keys.text(namespace.getNamespace().getName()), namespace.toByteArray());
  }
}
