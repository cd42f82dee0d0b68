package io.mnestic.memory.log;

import io.mnestic.memory.v1.ForgettingReason;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;

/** The part of a {@link RocksDraft} that makes branches, which are filled before they are seen. */
final class BranchDraft {
  private final GroupBatch batch;
  private final LogEnd end;
  private final Announcements announcements;

  BranchDraft(GroupBatch batch, LogEnd end, Announcements announcements) {
    this.batch = batch;
    this.end = end;
    this.announcements = announcements;
  }

  StoredNamespace begin(Namespace settings, long parentUid) {
    long uid = end.nextUid();
    long revision = settings.getRevision();
    batch.put(Family.DEFAULT, NamespaceDrop.marker(uid), new byte[0]);
    return StoredNamespace.newBuilder()
        .setNamespace(settings)
        .setUid(uid)
        .setCommitTime(settings.getCreateTime())
        .setOldestRevision(revision)
        .setTrimmedRevision(revision)
        .setParentUid(parentUid)
        .setMergedRevision(revision)
        .build();
  }

  StoredNamespace fill(StoredNamespace branch, LogEntry.Builder entry) {
    entry.setRevision(branch.getNamespace().getRevision());
    return end.add(branch, entry);
  }

  void publish(StoredNamespace branch) {
    end.putRevision(branch, ForgettingReason.FORGETTING_REASON_UNSPECIFIED);
    batch.delete(Family.DEFAULT, NamespaceDrop.marker(branch.getUid()));
    end.put(branch);
    announcements.grow(branch);
  }

  void abandon(StoredNamespace branch) {
    announcements.drop(branch.getUid());
  }

  void merged(StoredNamespace branch, long revision) {
    end.put(Pins.unpinned(branch, branch.getMergedRevision()).setMergedRevision(revision).build());
  }
}
