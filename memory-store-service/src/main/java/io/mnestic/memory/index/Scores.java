package io.mnestic.memory.index;

import io.mnestic.memory.v1.Lane;
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

  String matchedVector(int i) {
    return switch (matched[i]) {
      case NO_VECTOR -> "";
      case KEY -> "key";
      default -> "passage/" + matched[i];
    };
  }
}
