package io.mnestic.memory.index;

import io.mnestic.memory.v1.Lane;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Raw scores of some memories.
 *
 * @param raw for each lane and memory; NaN on a dense lane for a memory without vectors
 * @param matched for each memory the passage that gave the DENSE score, {@link #KEY} or {@link
 *     #NO_VECTOR}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Scores(Map<Lane, double[]> raw, int[] matched) {
  static final int KEY = -1;
  static final int NO_VECTOR = -2;

  double[] of(Lane lane) {
    double[] scores = raw.get(lane);
    if (scores == null) {
      throw new IllegalArgumentException(lane + " was not scored");
    }
    return scores;
  }

  /** The scores of the memories at some places. */
  Scores at(int[] places) {
    Map<Lane, double[]> some = new EnumMap<>(Lane.class);
    raw.forEach(
        (lane, all) -> some.put(lane, Arrays.stream(places).mapToDouble(i -> all[i]).toArray()));
    return new Scores(some, Arrays.stream(places).map(i -> matched[i]).toArray());
  }

  /** The same memories' scores on these lanes and others. */
  Scores and(Scores others) {
    Map<Lane, double[]> both = new EnumMap<>(Lane.class);
    both.putAll(raw);
    both.putAll(others.raw);
    return new Scores(both, others.isDense() ? others.matched : matched);
  }

  private boolean isDense() {
    return raw.containsKey(Lane.LANE_DENSE) || raw.containsKey(Lane.LANE_DENSE_CONTEXT);
  }

  String matchedVector(int i) {
    return switch (matched[i]) {
      case NO_VECTOR -> "";
      case KEY -> "key";
      default -> "passage/" + matched[i];
    };
  }
}
