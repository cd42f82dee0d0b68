package io.mnestic.memory.watch;

import com.google.protobuf.MessageLite;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.RecordChange;
import io.mnestic.memory.v1.RevisionChange;
import io.mnestic.store.v1.LogEntry;
import java.util.ArrayList;
import java.util.List;

/** A log entry as the feed sends it: in parts, each small enough for a client's default limit. */
final class Parts {
  /** Clients take messages of 4 MiB unless told otherwise. */
  private static final int PART_BYTES = 2 << 20;

  private final LogEntry entry;
  private final List<RevisionChange> done = new ArrayList<>();
  private RevisionChange.Builder open;
  private int bytes;

  private Parts(LogEntry entry) {
    this.entry = entry;
    this.open = begin();
  }

  /** The parts of an entry, at least one, in order. */
  static List<RevisionChange> of(LogEntry entry) {
    return new Parts(entry).cut();
  }

  private List<RevisionChange> cut() {
    for (String id : entry.getDeletedMemoriesList()) {
      makeRoom(id.length());
      open.addDeletedMemories(id);
    }
    for (Memory memory : entry.getMemoriesList()) {
      Memory content = memory.toBuilder().clearVectors().clearTokenVectors().build();
      makeRoom(content);
      open.addMemories(content);
    }
    for (Record record : entry.getDeletedRecordsList()) {
      RecordChange change = change(record).build();
      makeRoom(change);
      open.addDeletedRecords(change);
    }
    for (Record record : entry.getRecordsList()) {
      RecordChange change = change(record).setEtag(record.getEtag()).build();
      makeRoom(change);
      open.addRecords(change);
    }
    done.add(open.setMore(entry.getContinued()).build());
    return done;
  }

  private void makeRoom(MessageLite item) {
    makeRoom(item.getSerializedSize());
  }

  private void makeRoom(int size) {
    if (bytes > 0 && bytes + size > PART_BYTES) {
      done.add(open.setMore(true).build());
      open = begin();
      bytes = 0;
    }
    bytes += size;
  }

  private RevisionChange.Builder begin() {
    return RevisionChange.newBuilder()
        .setRevision(entry.getRevision())
        .setCommitTime(entry.getCommitTime())
        .setForgottenBecause(entry.getForgottenBecause());
  }

  private static RecordChange.Builder change(Record record) {
    return RecordChange.newBuilder().setCollection(record.getCollection()).setId(record.getId());
  }
}
