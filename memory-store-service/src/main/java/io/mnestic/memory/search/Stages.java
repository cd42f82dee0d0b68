package io.mnestic.memory.search;

import io.mnestic.memory.index.IndexAnswer;
import io.mnestic.memory.index.IndexQuery;
import io.mnestic.memory.index.IndexReading;
import io.mnestic.memory.index.TokenStatistics;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.v1.Lane;
import java.util.Map;
import java.util.Optional;

/**
 * What the index said of a search, all from one state of it; the log then ranks it anew.
 *
 * @param found by the lanes of the index
 * @param second the rest of the search; empty if it is not about tokens
 */
record Stages(IndexAnswer found, Optional<Second> second) {
  static Stages of(IndexReading index, IndexQuery query, Optional<TokenSearch> tokens) {
    return tokens
        .map(asked ->
            new Stages(
                index.search(asked.firstStage(query)),
                Optional.of(new Second(asked, index.tokens(asked.ids()), query.weights()))))
        .orElseGet(() -> new Stages(index.search(query), Optional.empty()));
  }

  /** The answer, with the token vectors that a view of the same state or a later one has. */
  IndexAnswer rank(LogView view, long uid) {
    return second
        .map(it -> it.tokens().rank(view, uid, it.statistics(), it.weights(), found))
        .orElse(found);
  }

  private record Second(
      TokenSearch tokens, TokenStatistics statistics, Map<Lane, Double> weights) {}
}
