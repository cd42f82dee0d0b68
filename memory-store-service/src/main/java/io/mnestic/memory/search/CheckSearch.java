package io.mnestic.memory.search;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.IndexQuery;
import io.mnestic.memory.read.CheckFilter;
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
        request.getMinRevision());
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
