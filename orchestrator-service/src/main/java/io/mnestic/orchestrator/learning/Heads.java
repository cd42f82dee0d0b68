package io.mnestic.orchestrator.learning;

import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** Read heads and the lane scores that they look at. */
final class Heads {
  /** ln τ to begin with; training finds its own. */
  private static final float SHARPNESS = -0.7f;

  private Heads() {}

  /** The name of a lane in a head, such as {@code DENSE}. */
  static String name(Lane lane) {
    return lane.name().substring("LANE_".length());
  }

  /** The head that ranks as the fixed fusion does. */
  static ReadHead fixedFusion(SortedMap<Lane, Double> weights, int dimensions) {
    ReadHead.Builder head = ReadHead.newBuilder().setDimensions(dimensions);
    weights.forEach((lane, weight) -> head.addLanes(name(lane)).addWeights(weight.floatValue()));
    int rest = dimensions * (weights.size() + 1);
    for (int i = 0; i < rest; i++) {
      head.addWeights(0);
    }
    return head.addWeights(SHARPNESS).build();
  }

  /**
   * The head with lanes that it does not know yet, as the fixed fusion weighs them: a lane that
   * came with a newer service is not lost.
   */
  static ReadHead extended(ReadHead head, SortedMap<Lane, Double> weights) {
    Set<String> lanes = new LinkedHashSet<>(head.getLanesList());
    List<Float> fixed = new ArrayList<>();
    weights.forEach((lane, weight) -> {
      if (lanes.add(name(lane))) {
        fixed.add(weight.floatValue());
      }
    });
    if (fixed.isEmpty()) {
      return head;
    }
    int known = head.getLanesCount();
    List<Float> old = head.getWeightsList();
    ReadHead.Builder wider =
        ReadHead.newBuilder().addAllLanes(lanes).setDimensions(head.getDimensions());
    wider.addAllWeights(old.subList(0, known)).addAllWeights(fixed);
    for (int d = 0; d < head.getDimensions(); d++) {
      wider.addAllWeights(old.subList(known + d * known, known + (d + 1) * known));
      fixed.forEach(_ -> wider.addWeights(0));
    }
    int end = known * (1 + head.getDimensions());
    return wider.addAllWeights(old.subList(end, old.size())).build();
  }

  /** A memory's scores in the order of a head's lanes; 0 for a lane that said nothing. */
  static List<Float> row(List<String> lanes, List<LaneScore> scores) {
    Float[] row = new Float[lanes.size()];
    Arrays.fill(row, 0f);
    for (LaneScore score : scores) {
      int place = lanes.indexOf(name(score.getLane()));
      if (place >= 0) {
        row[place] = (float) score.getNormalized();
      }
    }
    return List.of(row);
  }

  /** What lanes that a head does not know add to a score, as the fixed fusion weighs them. */
  static double rest(List<String> lanes, List<LaneScore> scores) {
    return scores.stream()
        .filter(score -> !lanes.contains(name(score.getLane())))
        .mapToDouble(score -> score.getNormalized() * score.getWeight())
        .sum();
  }

  /** Adds the weights that the fixed fusion gave lanes. */
  static void collect(List<LaneScore> scores, Map<Lane, Double> weights) {
    for (LaneScore score : scores) {
      weights.put(score.getLane(), score.getWeight());
    }
  }
}
