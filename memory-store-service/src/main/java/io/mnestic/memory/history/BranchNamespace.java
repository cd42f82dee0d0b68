package io.mnestic.memory.history;

import io.grpc.Context;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.MemorySet;
import io.mnestic.memory.log.Moment;
import io.mnestic.memory.log.NamespaceState;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.log.Versions;
import io.mnestic.memory.v1.BranchNamespaceRequest;
import io.mnestic.memory.v1.BranchNamespaceResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryUsage;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Record;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates a namespace from a revision of another: a copy that is filled unseen, piece by piece, and
 * published when it is whole.
 */
@Singleton
public final class BranchNamespace {
  private static final Logger LOG = LoggerFactory.getLogger(BranchNamespace.class);
  private static final int PAGE = 500;
  private static final int PAGE_BYTES = 4 << 20;

  private final MemoryLog log;

  BranchNamespace(MemoryLog log) {
    this.log = log;
  }

  /**
   * Branches a namespace.
   *
   * @throws Refusal as the contract lists them
   */
  public BranchNamespaceResponse branch(BranchNamespaceRequest request) {
    Moment moment = Moment.of(request);
    try (LogView view = log.view(moment)) {
      NamespaceState parent =
          view.at(
              request.getNamespace(), request.hasSnapshot() ? ofSnapshot(view, request) : moment);
      Optional<StoredNamespace> begun = log.commit(1, draft -> begin(draft, parent, request));
      if (begun.isEmpty()) {
        return answer(request, parent.revision(), false);
      }
      try {
        StoredNamespace filled = fill(parent, begun.get());
        log.commit(1, draft -> publish(draft, parent, filled));
      } catch (Throwable e) {
        abandon(begun.get());
        throw e;
      }
      return answer(request, parent.revision(), true);
    }
  }

  private static Moment ofSnapshot(LogView view, BranchNamespaceRequest request) {
    long uid = view.namespace(request.getNamespace()).getUid();
    return view.snapshot(uid, request.getSnapshot())
        .map(snapshot -> Moment.at(snapshot.getRevision(), "snapshot"))
        .orElseThrow(() -> ReadSnapshots.notFound(request.getNamespace(), request.getSnapshot()));
  }

  /** The branch begun; nothing if it is there already. */
  private static Optional<StoredNamespace> begin(
      Draft draft, NamespaceState parent, BranchNamespaceRequest request) {
    Optional<StoredNamespace> existing = draft.findNamespace(request.getBranch());
    if (existing.isPresent()) {
      boolean same =
          existing.get().getParentUid() == parent.namespace().getUid()
              && existing.get().getNamespace().getBranchedAt() == parent.revision();
      if (same) {
        return Optional.empty();
      }
      throw exists(request.getBranch());
    }
    Namespace settings =
        parent.namespace().getNamespace().toBuilder()
            .setName(request.getBranch())
            .setCreateTime(draft.commitTime(StoredNamespace.getDefaultInstance()))
            .setRevision(parent.revision())
            .setMemoryCount(0)
            .setUnencodedCount(0)
            .setTokenlessCount(0)
            .setMemoryBytes(0)
            .clearForgettingStatus()
            .setBranchedFrom(request.getNamespace())
            .setBranchedAt(parent.revision())
            .build();
    return Optional.of(draft.beginBranch(settings, parent.namespace().getUid()));
  }

  private StoredNamespace fill(NamespaceState parent, StoredNamespace begun) {
    StoredNamespace branch = begun;
    LogView from = parent.view();
    long uid = parent.namespace().getUid();
    LogEntry.Builder entry = LogEntry.newBuilder();
    String lastId = "";
    Page<Memory> page;
    do {
      page = from.memories(uid, MemorySet.ALL, lastId, it -> true, PAGE);
      for (Memory memory : page.items()) {
        lastId = memory.getId();
        entry.addMemories(from.whole(uid, memory));
        branch = flushIfFull(branch, entry);
      }
    } while (page.more());
    Optional<Record> last = Optional.empty();
    Page<Versions<Record>> records;
    do {
      // Against the beginning, which held nothing.
      records = from.recordDifferences(uid, 0, parent.revision(), last, PAGE);
      for (Versions<Record> versions : records.items()) {
        Record record = versions.after();
        if (record != null) {
          entry.addRecords(record);
          branch = flushIfFull(branch, entry);
        }
        last = Optional.ofNullable(record);
      }
    } while (records.more());
    // One entry at least, so that the index has the revision even of an empty branch.
    return flush(branch, entry);
  }

  private StoredNamespace flushIfFull(StoredNamespace branch, LogEntry.Builder entry) {
    boolean full =
        entry.getMemoriesCount() + entry.getRecordsCount() >= PAGE
            || entry.build().getSerializedSize() >= PAGE_BYTES;
    return full ? flush(branch, entry.setContinued(true)) : branch;
  }

  private StoredNamespace flush(StoredNamespace branch, LogEntry.Builder entry) {
    if (Context.current().isCancelled()) {
      throw new CancellationException("the caller gave up");
    }
    LogEntry next = entry.build();
    entry.clear();
    return log.commit(
        next.getSerializedSize(),
        draft -> {
          StoredNamespace filled = draft.fillBranch(branch, next.toBuilder());
          for (Memory memory : next.getMemoriesList()) {
            MemoryUsage usage = draft.usage(branch.getParentUid(), memory.getId());
            if (usage.getUses() > 0) {
              draft.addUses(branch.getUid(), memory.getId(), usage);
            }
          }
          return filled;
        });
  }

  private static boolean publish(Draft draft, NamespaceState parent, StoredNamespace branch) {
    String name = parent.namespace().getNamespace().getName();
    if (draft.namespace(name).getUid() != parent.namespace().getUid()) {
      throw Refusal.of(
              Reason.REASON_NAMESPACE_NOT_FOUND,
              "the namespace '" + name + "' was deleted while it was branched")
          .withField("namespace");
    }
    if (draft.findNamespace(branch.getNamespace().getName()).isPresent()) {
      throw exists(branch.getNamespace().getName());
    }
    draft.publishBranch(branch);
    return true;
  }

  private void abandon(StoredNamespace branch) {
    try {
      log.commit(
          1,
          draft -> {
            draft.abandonBranch(branch);
            return true;
          });
    } catch (RuntimeException e) {
      LOG.warn("what was copied for a branch stays until the next start", e);
    }
  }

  private static BranchNamespaceResponse answer(
      BranchNamespaceRequest request, long revision, boolean created) {
    return BranchNamespaceResponse.newBuilder()
        .setBranch(request.getBranch())
        .setRevision(revision)
        .setCreated(created)
        .build();
  }

  private static Refusal exists(String name) {
    return Refusal.of(
            Reason.REASON_NAMESPACE_EXISTS,
            "there is another namespace '" + name + "': use another name")
        .withField("branch");
  }
}
