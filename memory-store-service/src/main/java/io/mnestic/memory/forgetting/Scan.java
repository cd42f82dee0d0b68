package io.mnestic.memory.forgetting;

import com.google.protobuf.Timestamp;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemorySet;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.v1.ForgettingReason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryUsage;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.store.v1.StoredNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * One walk over a namespace's memories that finds the first to be forgotten, in memory for as many
 * as are asked for.
 */
final class Scan {
  private static final int PAGE = 1_000;

  private final Rules rules;
  private final Timestamp at;
  private final Optional<Candidate.Place> after;
  private final boolean over;
  private final Least due;
  private final Least rest;
  private long scanned;
  private long expired;
  private long decayed;
  private long dueBytes;
  private long before;
  private long beforeBytes;
  private double dueIn = Double.POSITIVE_INFINITY;

  private Scan(
      Rules rules, Timestamp at, Optional<Candidate.Place> after, boolean over, int limit) {
    this.rules = rules;
    this.at = at;
    this.after = after;
    this.over = over;
    this.due = new Least(limit);
    this.rest = new Least(limit);
  }

  /**
   * What is to be forgotten.
   *
   * @param after gives those behind this place of the order
   * @param limit at most so many
   * @param progress is told how many more were looked at; may throw to end the walk
   */
  static Found of(
      LogView view,
      StoredNamespace namespace,
      Rules rules,
      Timestamp at,
      Optional<Candidate.Place> after,
      int limit,
      IntConsumer progress) {
    Namespace counts = namespace.getNamespace();
    Scan scan = new Scan(rules, at, after, rules.over(counts), limit);
    scan.walk(view, namespace.getUid(), progress);
    return scan.found(counts, limit);
  }

  private void walk(LogView view, long uid, IntConsumer progress) {
    String last = "";
    Page<Memory> page;
    do {
      page = view.memories(uid, MemorySet.ALL, last, it -> true, PAGE);
      List<Memory> memories = page.items();
      List<MemoryUsage> usages = view.usages(uid, memories.stream().map(Memory::getId).toList());
      for (int i = 0; i < memories.size(); i++) {
        look(memories.get(i), usages.get(i));
        last = memories.get(i).getId();
      }
      scanned += memories.size();
      progress.accept(memories.size());
    } while (page.more());
  }

  private void look(Memory memory, MemoryUsage usage) {
    if (memory.getPinned()) {
      return;
    }
    Score score = rules.score(memory, usage, at);
    ForgettingReason reason = rules.due(memory, score, at);
    long bytes = memory.getSerializedSize();
    if (reason == ForgettingReason.FORGETTING_REASON_UNSPECIFIED) {
      dueIn = Math.min(dueIn, rules.dueIn(memory, score, at));
      if (over) {
        Candidate one =
            new Candidate(
                memory.getId(),
                memory.getRevision(),
                bytes,
                score,
                ForgettingReason.FORGETTING_REASON_OVER_CAPACITY);
        if (isNext(one)) {
          rest.add(one);
        } else {
          before++;
          beforeBytes += bytes;
        }
      }
      return;
    }
    expired += reason == ForgettingReason.FORGETTING_REASON_EXPIRED ? 1 : 0;
    decayed += reason == ForgettingReason.FORGETTING_REASON_DECAYED ? 1 : 0;
    dueBytes += bytes;
    Candidate one = new Candidate(memory.getId(), memory.getRevision(), bytes, score, reason);
    if (isNext(one)) {
      due.add(one);
    }
  }

  private boolean isNext(Candidate one) {
    return after.isEmpty() || after.get().isBefore(one);
  }

  /** Of the rest those go that come before enough of it is gone. */
  private Found found(Namespace counts, int limit) {
    long overMemories =
        Math.max(0, counts.getMemoryCount() - expired - decayed - rules.maxMemories());
    long overBytes = Math.max(0, counts.getMemoryBytes() - dueBytes - rules.maxBytes());
    List<Candidate> going = due.sorted();
    boolean more = due.more();
    long gone = before;
    long goneBytes = beforeBytes;
    for (Candidate one : rest.sorted()) {
      if (gone >= overMemories && goneBytes >= overBytes) {
        break;
      }
      going.add(one);
      gone++;
      goneBytes += one.bytes();
    }
    more |= rest.more() && (gone < overMemories || goneBytes < overBytes);
    going.sort(Candidate.LEAST_FIRST);
    if (going.size() > limit) {
      going = new ArrayList<>(going.subList(0, limit));
      more = true;
    }
    return new Found(going, more, scanned, expired, decayed, overMemories, overBytes, dueIn);
  }

  /**
   * What a scan found.
   *
   * @param candidates least retention first
   * @param more whether there are further ones
   * @param scanned memories looked at
   * @param overMemories memories over the capacity, without those that expire and decay
   * @param overBytes bytes over the capacity, without those that expire and decay
   * @param dueIn seconds until time alone makes a further one go
   */
  record Found(
      List<Candidate> candidates,
      boolean more,
      long scanned,
      long expired,
      long decayed,
      long overMemories,
      long overBytes,
      double dueIn) {}
}
