package io.mnestic.memory;

import io.mnestic.memory.history.BranchNamespace;
import io.mnestic.memory.history.CreateSnapshot;
import io.mnestic.memory.history.DeleteSnapshot;
import io.mnestic.memory.history.DiffRevisions;
import io.mnestic.memory.history.MergeBranch;
import io.mnestic.memory.history.ReadSnapshots;
import io.mnestic.memory.history.RestoreSnapshot;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls about revisions as a whole: snapshots, differences, branches. */
@Singleton
final class HistoryCalls {
  private final CreateSnapshot createSnapshot;
  private final ReadSnapshots readSnapshots;
  private final DeleteSnapshot deleteSnapshot;
  private final RestoreSnapshot restoreSnapshot;
  private final BranchNamespace branchNamespace;
  private final DiffRevisions diffRevisions;
  private final MergeBranch mergeBranch;

  HistoryCalls(
      CreateSnapshot createSnapshot,
      ReadSnapshots readSnapshots,
      DeleteSnapshot deleteSnapshot,
      RestoreSnapshot restoreSnapshot,
      BranchNamespace branchNamespace,
      DiffRevisions diffRevisions,
      MergeBranch mergeBranch) {
    this.createSnapshot = createSnapshot;
    this.readSnapshots = readSnapshots;
    this.deleteSnapshot = deleteSnapshot;
    this.restoreSnapshot = restoreSnapshot;
    this.branchNamespace = branchNamespace;
    this.diffRevisions = diffRevisions;
    this.mergeBranch = mergeBranch;
  }

  void addTo(CallTable table) {
    table
        .unary(MemoryStoreServiceGrpc.getCreateSnapshotMethod(), createSnapshot::create)
        .unary(MemoryStoreServiceGrpc.getGetSnapshotMethod(), readSnapshots::get)
        .unary(MemoryStoreServiceGrpc.getListSnapshotsMethod(), readSnapshots::list)
        .unary(MemoryStoreServiceGrpc.getDeleteSnapshotMethod(), deleteSnapshot::delete)
        .unary(MemoryStoreServiceGrpc.getRestoreSnapshotMethod(), restoreSnapshot::restore)
        .unary(MemoryStoreServiceGrpc.getBranchNamespaceMethod(), branchNamespace::branch)
        .unary(MemoryStoreServiceGrpc.getDiffRevisionsMethod(), diffRevisions::diff)
        .unary(MemoryStoreServiceGrpc.getMergeBranchMethod(), mergeBranch::merge);
  }
}
