package io.mnestic.memory.index;

import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.Ranking;
import java.util.Map;
import java.util.Optional;

/**
 * A search that was checked.
 *
 * @param text words for the lexical lanes, or empty
 * @param vector a unit vector for the dense lanes, or none
 * @param ranking DENSE (with a vector), LEXICAL (with text) or FUSED
 * @param weights of the lanes that the fused score is made of; a lane not in it has weight 0
 * @param filter which memories
 * @param limit most hits
 * @param neighbors how many turns before and after each hit are scored too
 * @param minRevision the search sees at least this revision, which was applied
 * @param fusing how the lanes' scores become hits
 */
public record IndexQuery(
    String text,
    Optional<float[]> vector,
    Ranking ranking,
    Map<Lane, Double> weights,
    Filter filter,
    int limit,
    int neighbors,
    long minRevision,
    Fusing fusing) {
  /** A query whose hits are the best by the weighted sum. */
  public IndexQuery(
      String text,
      Optional<float[]> vector,
      Ranking ranking,
      Map<Lane, Double> weights,
      Filter filter,
      int limit,
      int neighbors,
      long minRevision) {
    this(text, vector, ranking, weights, filter, limit, neighbors, minRevision, Fusing.SUM);
  }

  double weight(Lane lane) {
    return weights.getOrDefault(lane, 0.0);
  }
}
