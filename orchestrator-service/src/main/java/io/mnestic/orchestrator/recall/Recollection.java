package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.document.ChunkMemories;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.util.List;
import java.util.OptionalDouble;

/** What was recalled for a query, best first; explained only where it is asked for. */
public final class Recollection {
  private final String query;
  private final Reasons reasons;
  private final List<Candidate> ranked;
  private final long revision;
  private final OptionalDouble chance;
  private final List<Notice> notices;

  Recollection(
      String query,
      List<Candidate> ranked,
      long revision,
      OptionalDouble chance,
      List<Notice> notices) {
    this.query = query;
    this.reasons = new Reasons(query);
    this.ranked = List.copyOf(ranked);
    this.revision = revision;
    this.chance = chance;
    this.notices = List.copyOf(notices);
  }

  /** A recall that was not asked for. */
  public static Recollection none() {
    return new Recollection("", List.of(), 0, OptionalDouble.empty(), List.of());
  }

  Recollection with(List<Notice> others) {
    return new Recollection(query, ranked, revision, chance, others);
  }

  /** How probable it is that an answer is stored, 0 to 1; empty if it is not known. */
  public OptionalDouble chance() {
    return chance;
  }

  /** Whether it is known to be less probable than this that an answer is stored. */
  public boolean isLessProbableThan(double least) {
    return chance.isPresent() && chance.getAsDouble() < least;
  }

  /** What was asked; empty for a recall that was not. */
  public String query() {
    return query;
  }

  /** How many memories there are. */
  public int size() {
    return ranked.size();
  }

  /** The memory at a rank, from 0. */
  public Memory memory(int rank) {
    return ranked.get(rank).memory();
  }

  /** The memory at a rank with its scores and reasons. */
  public RecalledMemory explained(int rank) {
    Candidate candidate = ranked.get(rank);
    RecalledMemory.Builder recalled = RecalledMemory.newBuilder();
    if (ChunkMemories.isChunk(candidate.memory())) {
      recalled.setSource(ChunkMemories.source(candidate.memory()));
    }
    return recalled
        .setMemory(candidate.memory())
        .setScore(candidate.score())
        .addAllLanes(candidate.lanes())
        .setMatchedVector(candidate.matchedVector())
        .addAllReasons(reasons.of(candidate))
        .build();
  }

  /** The namespace's revision that was searched. */
  public long revision() {
    return revision;
  }

  /** What the caller should know. */
  public List<Notice> notices() {
    return notices;
  }
}
