package io.mnestic.memory.index;

import java.util.List;
import java.util.Optional;

/**
 * How scores of lanes become hits.
 *
 * @param byRank by reciprocal rank instead of the weighted sum
 * @param rankConstant k of the reciprocal rank
 * @param withRanks whether each hit's place on each lane is told
 * @param diversity how hits are chosen to be unlike one another, if they are
 * @param explain ids of memories of which is told what became of them
 */
public record Fusing(
    boolean byRank,
    int rankConstant,
    boolean withRanks,
    Optional<Diversity> diversity,
    List<String> explain) {
  /** By the weighted sum, the best. */
  public static final Fusing SUM = new Fusing(false, 0, false, Optional.empty(), List.of());

  /**
   * Maximal marginal relevance.
   *
   * @param lambda share of the relevance
   * @param pool how many of the best are chosen among
   */
  public record Diversity(double lambda, int pool) {}
}
