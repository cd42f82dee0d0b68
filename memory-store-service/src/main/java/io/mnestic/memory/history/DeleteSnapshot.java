package io.mnestic.memory.history;

import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.DeleteSnapshotRequest;
import io.mnestic.memory.v1.DeleteSnapshotResponse;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.StoredNamespace;
import jakarta.inject.Singleton;

/** Deletes snapshots. */
@Singleton
public final class DeleteSnapshot {
  private final MemoryLog log;

  DeleteSnapshot(MemoryLog log) {
    this.log = log;
  }

  /**
   * Deletes one; what only it kept goes in the background.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND, SNAPSHOT_NOT_FOUND
   */
  public DeleteSnapshotResponse delete(DeleteSnapshotRequest request) {
    return log.commit(request.getSerializedSize(), draft -> delete(draft, request));
  }

  private static DeleteSnapshotResponse delete(Draft draft, DeleteSnapshotRequest request) {
    StoredNamespace namespace = draft.namespace(request.getNamespace());
    Snapshot snapshot =
        draft
            .snapshot(namespace.getUid(), request.getSnapshot())
            .orElseThrow(
                () -> ReadSnapshots.notFound(request.getNamespace(), request.getSnapshot()));
    draft.dropSnapshot(namespace, snapshot);
    return DeleteSnapshotResponse.getDefaultInstance();
  }
}
