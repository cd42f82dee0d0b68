package io.mnestic.memory.history;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.idempotency.Once;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.MergeBranchRequest;
import io.mnestic.memory.v1.MergeBranchResponse;
import io.mnestic.memory.write.VectorSpaces;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Brings a branch's changes back to the namespace that it started from. */
@Singleton
public final class MergeBranch {
  private static final Duration RETRY = Duration.ofMillis(100);

  private final MemoryLog log;
  private final Indexer indexer;
  private final HistorySettings settings;

  MergeBranch(MemoryLog log, Indexer indexer, HistorySettings settings) {
    this.log = log;
    this.indexer = indexer;
    this.settings = settings;
  }

  /**
   * Merges all of it, or nothing and reports the conflicts.
   *
   * @throws Refusal as the contract lists them
   */
  public MergeBranchResponse merge(MergeBranchRequest request) {
    Once once = Once.of("MergeBranch", request.getRequestId(), request);
    try (LogView view = log.view()) {
      StoredNamespace target = view.namespace(request.getNamespace());
      StoredNamespace branch = view.namespace(request.getBranch());
      if (branch.getParentUid() != target.getUid()) {
        throw Refusal.of(
                Reason.REASON_NO_COMMON_ANCESTOR,
                "'%s' did not start as a branch of '%s': merge it into the namespace it started from"
                    .formatted(request.getBranch(), request.getNamespace()))
            .withField("branch");
      }
      indexer.checkRoom(target);
      long newest = branch.getNamespace().getRevision();
      Differences changes =
          Differences.of(view, view, branch.getUid(), branch.getMergedRevision(), newest, settings);
      return log.commit(
          (int) changes.bytes(),
          draft -> {
            StoredNamespace namespace = VectorSpaces.unchanged(draft, target);
            return once.answer(
                    draft,
                    namespace,
                    MergeBranchResponse.parser(),
                    () -> merge(draft, namespace, branch, request, changes),
                    MergeBranchResponse::getMerged)
                .reply();
          });
    }
  }

  private MergeBranchResponse merge(
      Draft draft,
      StoredNamespace namespace,
      StoredNamespace branch,
      MergeBranchRequest request,
      Differences changes) {
    StoredNamespace current = VectorSpaces.unchanged(draft, branch);
    if (current.getMergedRevision() != branch.getMergedRevision()) {
      throw Refusal.of(
              Reason.REASON_OVERLOADED, "the branch is being merged by another call: repeat")
          .withRetryAfter(RETRY);
    }
    ThreeWayMerge merge =
        new ThreeWayMerge(draft, namespace, request.getResolutionsList(), settings);
    changes.memories().forEach(merge::memory);
    changes.records().forEach(merge::record);
    MergeBranchResponse answer = merge.finish();
    if (answer.getMerged()) {
      draft.merged(current, branch.getNamespace().getRevision());
    }
    return answer;
  }
}
