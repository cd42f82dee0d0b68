package io.mnestic.memory.search;

import io.mnestic.memory.index.IndexAnswer;
import io.mnestic.memory.index.IndexHit;
import io.mnestic.memory.index.TokenStatistics;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.tokens.TokenQuery;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.store.v1.StoredTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The second stage of a search: what the first found is ranked anew, with the lanes of tokens
 * added. Their scores are normalised over a sample of the namespace, as all scores are.
 */
final class LateInteraction {
  private static final Comparator<IndexHit> BEST_FIRST =
      Comparator.comparingDouble(IndexHit::score).reversed().thenComparing(IndexHit::id);

  private final LogView view;
  private final long uid;
  private final TokenQuery query;
  private final Map<Lane, Double> weights;
  private final Set<Lane> tokenLanes;
  private final Map<Lane, Background> backgrounds = new EnumMap<>(Lane.class);

  /**
   * For one query.
   *
   * @param vectors of the query's tokens
   * @param weights of all lanes
   * @param tokenLanes those of TOKENS and TOKENS_CONTEXT that count
   */
  LateInteraction(
      LogView view,
      long uid,
      float[][] vectors,
      TokenStatistics statistics,
      Map<Lane, Double> weights,
      Set<Lane> tokenLanes) {
    this.view = view;
    this.uid = uid;
    this.query = new TokenQuery(vectors, statistics.frequencies(), statistics.memories());
    this.weights = weights;
    this.tokenLanes = tokenLanes;
    List<Map<Lane, Double>> sample =
        view.tokens(uid, statistics.sample()).stream()
            .flatMap(Optional::stream)
            .map(this::scores)
            .toList();
    for (Lane lane : tokenLanes) {
      backgrounds.put(
          lane, Background.of(sample.stream().mapToDouble(one -> score(one, lane)).toArray()));
    }
  }

  IndexAnswer rank(IndexAnswer found) {
    return new IndexAnswer(
        rank(found.hits()), rank(found.neighbors()), found.revision(), found.exact());
  }

  private List<IndexHit> rank(List<IndexHit> hits) {
    List<Optional<StoredTokens>> tokens =
        view.tokens(uid, hits.stream().map(IndexHit::id).toList());
    List<IndexHit> ranked = new ArrayList<>(hits.size());
    for (int i = 0; i < hits.size(); i++) {
      IndexHit hit = hits.get(i);
      ranked.add(
          with(
              hit,
              tokens
                  .get(i)
                  .filter(stored -> stored.getRevision() == hit.revision())
                  .map(this::scores)));
    }
    ranked.sort(BEST_FIRST);
    return ranked;
  }

  private IndexHit with(IndexHit hit, Optional<Map<Lane, Double>> scores) {
    List<LaneScore> lanes = new ArrayList<>();
    for (LaneScore lane : hit.lanes()) {
      lanes.add(lane.toBuilder().setWeight(weights.getOrDefault(lane.getLane(), 0.0)).build());
    }
    for (Lane lane : tokenLanes) {
      double raw = scores.map(all -> score(all, lane)).orElse(0.0);
      double normalized =
          scores.isPresent()
              ? backgrounds.getOrDefault(lane, Background.NONE).normalized(raw)
              : standIn(hit, lane);
      lanes.add(
          LaneScore.newBuilder()
              .setLane(lane)
              .setRaw(raw)
              .setNormalized(normalized)
              .setWeight(weights.getOrDefault(lane, 0.0))
              .build());
    }
    double total =
        lanes.stream().mapToDouble(lane -> lane.getNormalized() * lane.getWeight()).sum();
    return new IndexHit(
        hit.id(), hit.revision(), hit.position(), total, lanes, hit.matchedVector());
  }

  /** What a memory without token vectors is taken to score, so that it is not left behind. */
  private static double standIn(IndexHit hit, Lane lane) {
    return hit.lanes().stream()
        .filter(score -> score.getLane() == TokenSearch.STAND_INS.get(lane))
        .mapToDouble(LaneScore::getNormalized)
        .findFirst()
        .orElse(0);
  }

  private Map<Lane, Double> scores(StoredTokens stored) {
    Map<Lane, Double> scores = new EnumMap<>(Lane.class);
    for (TokenVectors tokens : stored.getTokensList()) {
      Lane lane = tokens.getName().equals("key") ? Lane.LANE_TOKENS : Lane.LANE_TOKENS_CONTEXT;
      if (tokenLanes.contains(lane) || stored.getTokensCount() == 1) {
        scores.put(lane, query.score(tokens.getPacked()));
      }
    }
    return scores;
  }

  /** A memory with one kind of token vectors has that score on both lanes. */
  private static double score(Map<Lane, Double> scores, Lane lane) {
    Double own = scores.get(lane);
    return own == null ? scores.values().iterator().next() : own;
  }

  /** Mean and deviation of a lane over the sample. */
  private record Background(double mean, double deviation) {
    static final Background NONE = new Background(0, 0);

    static Background of(double[] scores) {
      if (scores.length == 0) {
        return NONE;
      }
      // Sums to the last bit do not depend on where an index has the memories.
      Arrays.sort(scores);
      double sum = 0;
      for (double score : scores) {
        sum += score;
      }
      double mean = sum / scores.length;
      double squares = 0;
      for (double score : scores) {
        squares += (score - mean) * (score - mean);
      }
      return new Background(mean, Math.sqrt(squares / scores.length));
    }

    /** A sample of which all score alike tells nothing. */
    double normalized(double raw) {
      return deviation < 1e-9 ? 0 : (raw - mean) / deviation;
    }
  }
}
