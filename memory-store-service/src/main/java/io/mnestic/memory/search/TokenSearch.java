package io.mnestic.memory.search;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.IndexAnswer;
import io.mnestic.memory.index.IndexQuery;
import io.mnestic.memory.index.TokenStatistics;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.tokens.CheckTokens;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.write.VectorSpaces;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a search that is about tokens.
 *
 * @param ids of the query's tokens
 * @param vectors of these tokens
 * @param lanes those of TOKENS and TOKENS_CONTEXT that count, at least one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TokenSearch(List<Integer> ids, float[][] vectors, Set<Lane> lanes) {
  /**
   * What takes a token lane's place until tokens are compared, and for memories without any: the
   * lane of the same text's one vector.
   */
  static final Map<Lane, Lane> STAND_INS =
      Map.of(Lane.LANE_TOKENS, Lane.LANE_DENSE, Lane.LANE_TOKENS_CONTEXT, Lane.LANE_DENSE_CONTEXT);

  /**
   * What a request asks for; empty if it asks for no late interaction.
   *
   * @throws Refusal WRONG_DIMENSION, VECTOR_NOT_FINITE, VECTOR_ZERO, INVALID_FIELD
   */
  static Optional<TokenSearch> of(
      SearchMemoriesRequest request, StoredNamespace namespace, IndexQuery query) {
    if (!request.hasTokenVectors()) {
      return Optional.empty();
    }
    refuse(query.fusing().byRank(), "fusion");
    refuse(query.fusing().diversity().isPresent(), "diversity");
    refuse(!query.fusing().explain().isEmpty(), "explain_ids");
    float[][] vectors =
        CheckTokens.vectors(
            request.getTokenVectors(), VectorSpaces.dimensions(namespace), "token_vectors");
    Set<Lane> lanes = EnumSet.noneOf(Lane.class);
    for (Lane lane : STAND_INS.keySet()) {
      if (query.weights().getOrDefault(lane, 0.0) > 0) {
        lanes.add(lane);
      }
    }
    return query.ranking() != Ranking.RANKING_FUSED || lanes.isEmpty()
        ? Optional.empty()
        : Optional.of(new TokenSearch(request.getTokenVectors().getIdsList(), vectors, lanes));
  }

  /** What is ranked anew by its tokens keeps no place that it had before. */
  private static void refuse(boolean given, String field) {
    if (given) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              field + " and token_vectors do not go together: leave one of them out")
          .withField(field);
    }
  }

  /** The query of the first stage, in which the stand-ins have the weights of these lanes too. */
  IndexQuery firstStage(IndexQuery query) {
    Map<Lane, Double> weights = new EnumMap<>(query.weights());
    for (Lane lane : lanes) {
      weights.merge(
          STAND_INS.getOrDefault(lane, lane), query.weights().getOrDefault(lane, 0.0), Double::sum);
    }
    return new IndexQuery(
        query.text(),
        query.vector(),
        query.ranking(),
        weights,
        query.filter(),
        query.limit(),
        query.neighbors(),
        query.minRevision(),
        query.fusing());
  }

  /** What the first stage found, ranked by all lanes. */
  IndexAnswer rank(
      LogView view,
      long uid,
      TokenStatistics statistics,
      Map<Lane, Double> weights,
      IndexAnswer found) {
    return new LateInteraction(view, uid, vectors, statistics, weights, lanes).rank(found);
  }
}
