package io.mnestic.memory.history;

import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.Versions;
import io.mnestic.memory.v1.Conflict;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MergeBranchResponse;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Resolution;
import io.mnestic.memory.v1.Side;
import io.mnestic.memory.write.TurnPlaces;
import io.mnestic.store.v1.StoredNamespace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a branch changed, brought into a namespace that may have changed too. A change of one side
 * alone, or the same one of both, is taken; another is a conflict that the caller has to resolve.
 */
final class ThreeWayMerge {
  private static final int MOST_SHOWN = 1_000;

  private final Draft draft;
  private final StoredNamespace namespace;
  private final Map<Resolution, Side> resolutions = new HashMap<>();
  private final Rewrite rewrite;
  private final List<Memory> memories = new ArrayList<>();
  private final List<Conflict> conflicts = new ArrayList<>();

  ThreeWayMerge(
      Draft draft,
      StoredNamespace namespace,
      List<Resolution> resolutions,
      HistorySettings settings) {
    this.draft = draft;
    this.namespace = namespace;
    this.rewrite = new Rewrite(draft, namespace, settings);
    for (Resolution resolution : resolutions) {
      this.resolutions.put(resolution.toBuilder().clearTake().build(), resolution.getTake());
    }
  }

  /** Takes in one memory of the branch, before and after. */
  void memory(Versions<Memory> versions) {
    Optional<Memory> base = Optional.ofNullable(versions.before());
    Optional<Memory> theirs = Optional.ofNullable(versions.after());
    String id = theirs.or(() -> base).orElseThrow().getId();
    Optional<Memory> ours = draft.memory(namespace.getUid(), id);
    if (Content.same(ours, theirs)) {
      return;
    }
    boolean clean = Content.same(ours, base);
    if (take(
        clean,
        Conflict.newBuilder()
            .setId(id)
            .setBaseRevision(base.map(Memory::getRevision).orElse(0L))
            .setNamespaceRevision(ours.map(Memory::getRevision).orElse(0L))
            .setBranchRevision(theirs.map(Memory::getRevision).orElse(0L)))) {
      theirs.ifPresentOrElse(memories::add, () -> ours.ifPresent(rewrite::delete));
    }
  }

  /** Takes in one record of the branch, before and after. */
  void record(Versions<Record> versions) {
    Optional<Record> base = Optional.ofNullable(versions.before());
    Optional<Record> theirs = Optional.ofNullable(versions.after());
    Record any = theirs.or(() -> base).orElseThrow();
    Optional<Record> ours = draft.record(namespace.getUid(), any.getCollection(), any.getId());
    if (Content.sameRecord(ours, theirs)) {
      return;
    }
    boolean clean = Content.sameRecord(ours, base);
    if (take(
        clean,
        Conflict.newBuilder()
            .setCollection(any.getCollection())
            .setId(any.getId())
            .setBaseRevision(base.map(Record::getRevision).orElse(0L))
            .setNamespaceRevision(ours.map(Record::getRevision).orElse(0L))
            .setBranchRevision(theirs.map(Record::getRevision).orElse(0L)))) {
      theirs.ifPresentOrElse(rewrite::write, () -> ours.ifPresent(rewrite::delete));
    }
  }

  /** Appends what came of it, unless there are conflicts. */
  MergeBranchResponse finish() {
    if (!conflicts.isEmpty()) {
      return MergeBranchResponse.newBuilder()
          .setRevision(namespace.getNamespace().getRevision())
          .addAllConflicts(conflicts.subList(0, Math.min(conflicts.size(), MOST_SHOWN)))
          .setConflictCount(conflicts.size())
          .build();
    }
    // New turns follow one another as they did in the branch.
    memories.sort(Comparator.comparingLong(memory -> memory.getTurn().getSequence()));
    TurnPlaces places = new TurnPlaces(draft, namespace.getUid(), rewrite.time());
    for (Memory theirs : memories) {
      Memory.Builder memory = theirs.toBuilder();
      Optional<Memory> ours = draft.memory(namespace.getUid(), theirs.getId());
      if (memory.hasTurn()) {
        places.place(memory.getTurnBuilder(), ours);
      }
      ours.ifPresent(it -> memory.setCreateTime(it.getCreateTime()));
      rewrite.write(memory.build());
    }
    return MergeBranchResponse.newBuilder()
        .setMerged(true)
        .setRevision(rewrite.append(draft))
        .setWritten(rewrite.written())
        .setDeleted(rewrite.deleted())
        .build();
  }

  /** Whether the branch's version is to be taken. */
  private boolean take(boolean clean, Conflict.Builder conflict) {
    if (clean) {
      return true;
    }
    Resolution name =
        Resolution.newBuilder()
            .setCollection(conflict.getCollection())
            .setId(conflict.getId())
            .build();
    Side side = resolutions.get(name);
    if (side == null) {
      conflicts.add(conflict.build());
    }
    return side == Side.SIDE_BRANCH;
  }
}
