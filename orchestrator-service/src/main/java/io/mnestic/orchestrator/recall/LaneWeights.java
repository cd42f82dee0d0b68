package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneWeight;
import io.mnestic.orchestrator.v1.RecallWeight;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What each lane weighs in one recall: as configured, but for those that the request names. */
record LaneWeights(Map<Lane, Double> all) {
  /** Weights of the store's lanes go up to this. */
  private static final double MOST = 100;

  private static final List<Lane> LEXICAL = List.of(Lane.LANE_LEXICAL, Lane.LANE_SESSION);
  private static final List<Lane> VECTORS = List.of(Lane.LANE_DENSE, Lane.LANE_DENSE_CONTEXT);
  private static final List<Lane> TOKENS = List.of(Lane.LANE_TOKENS, Lane.LANE_TOKENS_CONTEXT);

  static LaneWeights of(RecallSettings settings, List<RecallWeight> asked) {
    Map<Lane, Double> all = new EnumMap<>(Lane.class);
    all.put(Lane.LANE_DENSE, settings.denseWeight());
    all.put(Lane.LANE_DENSE_CONTEXT, settings.denseContextWeight());
    all.put(Lane.LANE_TOKENS, settings.tokensWeight());
    all.put(Lane.LANE_TOKENS_CONTEXT, settings.tokensContextWeight());
    all.put(Lane.LANE_LEXICAL, settings.lexicalWeight());
    all.put(Lane.LANE_SESSION, settings.sessionWeight());
    all.put(Lane.LANE_NEIGHBOR, settings.neighborWeight());
    all.put(Lane.LANE_SPEAKER, settings.speakerWeight());
    all.put(Lane.LANE_TIME, settings.timeWeight());
    asked.forEach(weight -> all.put(weight.getLane(), weight.getWeight()));
    return new LaneWeights(all);
  }

  double of(Lane lane) {
    return all.getOrDefault(lane, 0.0);
  }

  /** For a search with a vector. */
  List<LaneWeight> ofVectors() {
    return VECTORS.stream().map(lane -> weight(lane, of(lane))).toList();
  }

  /** For a search with token vectors. */
  List<LaneWeight> ofTokens() {
    return TOKENS.stream().map(lane -> weight(lane, of(lane))).toList();
  }

  /**
   * For a search with text.
   *
   * @param alone whether there is no vector: the lexical lanes then weigh together as much as all
   *     of the store's lanes would, beside the speaker and the time
   */
  List<LaneWeight> ofWords(boolean alone) {
    double share = alone ? lexicalShare() : 1;
    return LEXICAL.stream().map(lane -> weight(lane, share * of(lane))).toList();
  }

  private double lexicalShare() {
    double lexical = sum(LEXICAL);
    double most = MOST / LEXICAL.stream().mapToDouble(this::of).max().orElseThrow();
    return lexical == 0 ? 1 : Math.min((lexical + sum(VECTORS) + sum(TOKENS)) / lexical, most);
  }

  private double sum(List<Lane> lanes) {
    return lanes.stream().mapToDouble(this::of).sum();
  }

  private static LaneWeight weight(Lane lane, double weight) {
    return LaneWeight.newBuilder().setLane(lane).setWeight(weight).build();
  }
}
