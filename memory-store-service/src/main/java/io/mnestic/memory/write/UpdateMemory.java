package io.mnestic.memory.write;

import com.google.protobuf.Timestamp;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.idempotency.Once;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.UpdateMemoryRequest;
import io.mnestic.memory.v1.UpdateMemoryResponse;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import io.mnestic.wire.RequestRules;
import jakarta.inject.Singleton;

/** Changes fields of a memory; the version before stays in the history. */
@Singleton
public final class UpdateMemory {
  private final MemoryLog log;
  private final Indexer indexer;
  private final RequestRules rules;

  UpdateMemory(MemoryLog log, Indexer indexer, RequestRules rules) {
    this.log = log;
    this.indexer = indexer;
    this.rules = rules;
  }

  /**
   * Changes the fields that the mask names.
   *
   * @throws Refusal as the contract lists them
   */
  public UpdateMemoryResponse update(UpdateMemoryRequest request) {
    StoredNamespace target;
    try (LogView view = log.view()) {
      target = view.namespace(request.getNamespace());
    }
    MaskedMemory masked = MaskedMemory.check(request.getMemory(), request.getUpdateMask());
    Once once = Once.of("UpdateMemory", request.getRequestId(), withoutVectors(request));
    indexer.checkRoom(target);
    return log.commit(
        request.getSerializedSize(),
        draft -> {
          StoredNamespace namespace = VectorSpaces.unchanged(draft, target);
          return once.answer(
                  draft,
                  namespace,
                  UpdateMemoryResponse.parser(),
                  () -> update(draft, namespace, request, masked))
              .reply();
        });
  }

  private UpdateMemoryResponse update(
      Draft draft, StoredNamespace namespace, UpdateMemoryRequest request, MaskedMemory masked) {
    String id = request.getMemory().getId();
    Memory stored =
        draft
            .memory(namespace.getUid(), id)
            .orElseThrow(() ->
                Refusal.of(
                        Reason.REASON_MEMORY_NOT_FOUND,
                        "there is no memory '" + id + "', or it was deleted")
                    .withField("memory.id"));
    if (request.getIfRevision() != 0 && request.getIfRevision() != stored.getRevision()) {
      throw Refusal.of(
              Reason.REASON_MEMORY_CHANGED,
              "the memory is at revision %s, not %s: read it again, then repeat"
                  .formatted(stored.getRevision(), Long.toUnsignedString(request.getIfRevision())))
          .withField("if_revision")
          .withMetadata("revision", Long.toString(stored.getRevision()));
    }
    Timestamp now = draft.commitTime(namespace);
    Memory changed =
        masked.over(stored).toBuilder()
            .setRevision(namespace.getNamespace().getRevision() + 1)
            .setUpdateTime(now)
            .build();
    rules.check(changed, "memory");
    Memory checked = CheckMemories.check(changed, "memory", VectorSpaces.dimensions(namespace));
    draft.append(namespace, LogEntry.newBuilder().setCommitTime(now).addMemories(checked));
    return UpdateMemoryResponse.newBuilder()
        .setMemory(checked.toBuilder().clearVectors().clearTokenVectors())
        .build();
  }

  private static UpdateMemoryRequest withoutVectors(UpdateMemoryRequest request) {
    UpdateMemoryRequest.Builder payload = request.toBuilder();
    payload.getMemoryBuilder().clearVectors().clearTokenVectors();
    return payload.build();
  }
}
