package io.mnestic.memory.records;

import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.DeleteRecordRequest;
import io.mnestic.memory.v1.DeleteRecordResponse;
import io.mnestic.memory.v1.Record;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Deletes records. */
@Singleton
public final class DeleteRecord {
  private final MemoryLog log;

  DeleteRecord(MemoryLog log) {
    this.log = log;
  }

  /**
   * Deletes a record if its condition holds.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND, RECORD_NOT_FOUND, ETAG_MISMATCH
   */
  public DeleteRecordResponse delete(DeleteRecordRequest request) {
    return log.commit(request.getSerializedSize(), draft -> delete(draft, request));
  }

  private static DeleteRecordResponse delete(Draft draft, DeleteRecordRequest request) {
    StoredNamespace namespace = draft.namespace(request.getNamespace());
    Optional<Record> stored =
        draft.record(namespace.getUid(), request.getCollection(), request.getId());
    if (stored.isEmpty()) {
      throw ReadRecords.notFound(request.getCollection(), request.getId());
    }
    Etag.check(stored, request.getIfEtag());
    Record name =
        Record.newBuilder().setCollection(request.getCollection()).setId(request.getId()).build();
    StoredNamespace after = draft.append(namespace, LogEntry.newBuilder().addDeletedRecords(name));
    return DeleteRecordResponse.newBuilder()
        .setRevision(after.getNamespace().getRevision())
        .build();
  }
}
