package io.mnestic.memory.index;

import io.mnestic.memory.v1.Placement;
import java.util.List;

/**
 * What a search found.
 *
 * @param hits best first, ties in order of their ids' UTF-8 bytes
 * @param neighbors turns beside hits, best first
 * @param revision the namespace's revision that was searched
 * @param exact whether every memory that passes the filter was scored
 * @param placements of the memories that the query asks to explain, in its order
 */
public record IndexAnswer(
    List<IndexHit> hits,
    List<IndexHit> neighbors,
    long revision,
    boolean exact,
    List<Placement> placements) {
  /** An answer that tells of hits and neighbors alone. */
  public IndexAnswer(List<IndexHit> hits, List<IndexHit> neighbors, long revision, boolean exact) {
    this(hits, neighbors, revision, exact, List.of());
  }
}
