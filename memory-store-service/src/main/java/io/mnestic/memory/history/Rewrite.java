package io.mnestic.memory.history;

import com.google.protobuf.Timestamp;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Record;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;

/** An entry that brings versions from elsewhere into a namespace, with a new revision. */
final class Rewrite {
  private final LogEntry.Builder entry = LogEntry.newBuilder();
  private final StoredNamespace namespace;
  private final HistorySettings settings;
  private final Timestamp now;
  private final long revision;
  private long bytes;

  Rewrite(Draft draft, StoredNamespace namespace, HistorySettings settings) {
    this.namespace = namespace;
    this.settings = settings;
    this.now = draft.commitTime(namespace);
    this.revision = namespace.getNamespace().getRevision() + 1;
    entry.setCommitTime(now);
  }

  /** When it commits. */
  Timestamp time() {
    return now;
  }

  void write(Memory memory) {
    grow(memory.getSerializedSize());
    entry.addMemories(memory.toBuilder().setRevision(revision).setUpdateTime(now));
  }

  void write(Record record) {
    grow(record.getSerializedSize());
    entry.addRecords(
        record.toBuilder()
            .setRevision(revision)
            .setUpdateTime(now)
            // As PutRecord makes them: no other version has it.
            .setEtag(namespace.getUid() + "-" + revision));
  }

  void delete(Memory memory) {
    entry.addDeletedMemories(memory.getId());
  }

  void delete(Record record) {
    entry.addDeletedRecords(
        Record.newBuilder().setCollection(record.getCollection()).setId(record.getId()));
  }

  int written() {
    return entry.getMemoriesCount() + entry.getRecordsCount();
  }

  int deleted() {
    return entry.getDeletedMemoriesCount() + entry.getDeletedRecordsCount();
  }

  /** The namespace's newest revision: a new one if there was anything to do. */
  long append(Draft draft) {
    StoredNamespace after = written() + deleted() == 0 ? namespace : draft.append(namespace, entry);
    return after.getNamespace().getRevision();
  }

  private void grow(int more) {
    bytes += more;
    settings.checkSize(bytes);
  }
}
