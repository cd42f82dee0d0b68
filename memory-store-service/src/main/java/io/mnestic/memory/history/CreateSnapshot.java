package io.mnestic.memory.history;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.idempotency.Once;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Moment;
import io.mnestic.memory.log.NamespaceState;
import io.mnestic.memory.v1.CreateSnapshotRequest;
import io.mnestic.memory.v1.CreateSnapshotResponse;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;

/** Creates snapshots. */
@Singleton
public final class CreateSnapshot {
  private final MemoryLog log;

  CreateSnapshot(MemoryLog log) {
    this.log = log;
  }

  /**
   * Names a revision, which is kept from then on.
   *
   * @throws Refusal as the contract lists them
   */
  public CreateSnapshotResponse create(CreateSnapshotRequest request) {
    Moment moment = Moment.of(request);
    Once once = Once.of("CreateSnapshot", request.getRequestId(), request);
    return log.commit(
        request.getSerializedSize(),
        draft -> {
          StoredNamespace namespace = draft.namespace(request.getNamespace());
          return once.answer(
                  draft,
                  namespace,
                  CreateSnapshotResponse.parser(),
                  () -> create(draft, namespace, request.getSnapshot(), moment))
              .reply();
        });
  }

  private CreateSnapshotResponse create(
      Draft draft, StoredNamespace namespace, String name, Moment moment) {
    if (draft.snapshot(namespace.getUid(), name).isPresent()) {
      throw Refusal.of(
              Reason.REASON_SNAPSHOT_EXISTS,
              "the namespace has a snapshot '" + name + "': delete it first, or use another name")
          .withField("snapshot");
    }
    Snapshot snapshot =
        Snapshot.newBuilder()
            .setName(name)
            .setRevision(revision(namespace, moment))
            .setCreateTime(draft.commitTime(namespace))
            .build();
    draft.keepSnapshot(namespace, snapshot);
    return CreateSnapshotResponse.newBuilder().setSnapshot(snapshot).build();
  }

  /**
   * On the thread that also trims, so that what can be read here is kept. Changes of the same group
   * are in the draft and not yet in the view; they hold newer revisions only.
   */
  private long revision(StoredNamespace namespace, Moment moment) {
    if (moment.isNow()) {
      return namespace.getNamespace().getRevision();
    }
    try (LogView view = log.view()) {
      NamespaceState state = view.at(namespace.getNamespace().getName(), moment);
      return state.revision();
    }
  }
}
