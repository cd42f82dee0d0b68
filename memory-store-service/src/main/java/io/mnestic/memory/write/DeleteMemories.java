package io.mnestic.memory.write;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.idempotency.Once;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.DeleteMemoriesResponse;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;

/** Deletes memories; their history stays in the log. */
@Singleton
public final class DeleteMemories {
  private final MemoryLog log;

  DeleteMemories(MemoryLog log) {
    this.log = log;
  }

  /**
   * Deletes memories, all or none.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, MEMORY_NOT_FOUND, REQUEST_ID_REUSED
   */
  public DeleteMemoriesResponse delete(DeleteMemoriesRequest request) {
    Once once = Once.of("DeleteMemories", request.getRequestId(), request);
    return log.commit(
        request.getSerializedSize(),
        draft -> {
          StoredNamespace namespace = draft.namespace(request.getNamespace());
          return once.answer(
                  draft,
                  namespace,
                  DeleteMemoriesResponse.parser(),
                  () -> delete(draft, namespace, request))
              .reply();
        });
  }

  private static DeleteMemoriesResponse delete(
      Draft draft, StoredNamespace namespace, DeleteMemoriesRequest request) {
    LogEntry.Builder entry = LogEntry.newBuilder();
    for (int i = 0; i < request.getIdsCount(); i++) {
      String id = request.getIds(i);
      if (draft.memory(namespace.getUid(), id).isPresent()) {
        entry.addDeletedMemories(id);
      } else if (!request.getAllowMissing()) {
        throw Refusal.of(
                Reason.REASON_MEMORY_NOT_FOUND,
                "there is no memory '" + id + "': leave it out, or set allow_missing")
            .withField("ids[" + i + "]");
      }
    }
    int deleted = entry.getDeletedMemoriesCount();
    StoredNamespace after = deleted == 0 ? namespace : draft.append(namespace, entry);
    return DeleteMemoriesResponse.newBuilder()
        .setRevision(after.getNamespace().getRevision())
        .setDeleted(deleted)
        .build();
  }
}
