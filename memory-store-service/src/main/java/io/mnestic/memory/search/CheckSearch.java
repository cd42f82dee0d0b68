package io.mnestic.memory.search;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.Fusing;
import io.mnestic.memory.index.IndexQuery;
import io.mnestic.memory.read.CheckFilter;
import io.mnestic.memory.v1.Diversity;
import io.mnestic.memory.v1.Fusion;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneWeight;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.write.CheckVectors;
import io.mnestic.memory.write.VectorSpaces;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From a request to a query with every default filled in. */
final class CheckSearch {
  private static final int DEFAULT_LIMIT = 10;
  private static final int DEFAULT_RANK_CONSTANT = 60;
  private static final double DEFAULT_LAMBDA = 0.7;
  private static final int POOL_TIMES_LIMIT = 5;
  private static final int MOST_POOL = 1_000;
  private static final Map<Lane, Double> DEFAULT_WEIGHTS =
      Map.of(Lane.LANE_DENSE, 1.0, Lane.LANE_LEXICAL, 0.5);

  private CheckSearch() {}

  /**
   * The query of a request.
   *
   * @throws Refusal INVALID_FIELD, WRONG_DIMENSION, VECTOR_NOT_FINITE, VECTOR_ZERO
   */
  static IndexQuery check(SearchMemoriesRequest request, StoredNamespace namespace) {
    CheckFilter.check(request.getFilter());
    Optional<float[]> vector =
        request.getVectorCount() == 0
            ? Optional.empty()
            : Optional.of(
                CheckVectors.unit(
                    request.getVectorCount(),
                    request::getVector,
                    VectorSpaces.dimensions(namespace),
                    "vector"));
    Ranking ranking =
        request.getRanking() == Ranking.RANKING_UNSPECIFIED
            ? Ranking.RANKING_FUSED
            : request.getRanking();
    if (ranking == Ranking.RANKING_DENSE && vector.isEmpty()) {
      throw invalid("vector", "RANKING_DENSE needs a vector: set it, or rank by FUSED");
    }
    if (ranking == Ranking.RANKING_LEXICAL && request.getText().isEmpty()) {
      throw invalid("text", "RANKING_LEXICAL needs a text: set it, or rank by FUSED");
    }
    return new IndexQuery(
        request.getText(),
        vector,
        ranking,
        weights(request),
        request.getFilter(),
        request.getLimit() == 0 ? DEFAULT_LIMIT : request.getLimit(),
        request.getNeighbors(),
        request.getMinRevision(),
        fusing(request, ranking));
  }

  private static Fusing fusing(SearchMemoriesRequest request, Ranking ranking) {
    boolean byRank = request.getFusion() == Fusion.FUSION_RECIPROCAL_RANK;
    if (request.getFusion() != Fusion.FUSION_UNSPECIFIED && ranking != Ranking.RANKING_FUSED) {
      throw invalid("fusion", "fusion is for the FUSED ranking: leave it out");
    }
    if (request.getRankConstant() > 0 && !byRank) {
      throw invalid("rank_constant", "rank_constant is for RECIPROCAL_RANK: leave it out");
    }
    checkWithTokens(request, byRank, "fusion");
    checkWithTokens(request, request.hasDiversity(), "diversity");
    checkWithTokens(request, request.getExplainIdsCount() > 0, "explain_ids");
    return new Fusing(
        byRank,
        request.getRankConstant() == 0 ? DEFAULT_RANK_CONSTANT : request.getRankConstant(),
        request.getWithRanks(),
        request.hasDiversity() ? Optional.of(diversity(request)) : Optional.empty(),
        request.getExplainIdsList());
  }

  /** The second stage ranks anew by the weighted sum, and knows nothing of these. */
  private static void checkWithTokens(SearchMemoriesRequest request, boolean set, String field) {
    if (set && request.hasTokenVectors()) {
      throw invalid(
          field, field + " is not for a search with token_vectors: leave one of them out");
    }
  }

  private static Fusing.Diversity diversity(SearchMemoriesRequest request) {
    int limit = request.getLimit() == 0 ? DEFAULT_LIMIT : request.getLimit();
    Diversity asked = request.getDiversity();
    if (asked.getPool() > 0 && asked.getPool() < limit) {
      throw invalid("diversity.pool", "the pool is smaller than limit: raise it");
    }
    return new Fusing.Diversity(
        asked.hasLambda() ? asked.getLambda() : DEFAULT_LAMBDA,
        asked.getPool() == 0 ? Math.min(POOL_TIMES_LIMIT * limit, MOST_POOL) : asked.getPool());
  }

  private static Map<Lane, Double> weights(SearchMemoriesRequest request) {
    Map<Lane, Double> weights = new EnumMap<>(DEFAULT_WEIGHTS);
    Set<Lane> named = EnumSet.noneOf(Lane.class);
    for (int i = 0; i < request.getWeightsCount(); i++) {
      LaneWeight weight = request.getWeights(i);
      if (!named.add(weight.getLane())) {
        throw invalid(
            "weights[" + i + "].lane", weight.getLane() + " is given twice: give it once");
      }
      weights.put(weight.getLane(), weight.getWeight());
    }
    return weights;
  }

  private static Refusal invalid(String field, String message) {
    return Refusal.of(Reason.REASON_INVALID_FIELD, message).withField(field);
  }
}
