package io.mnestic.memory.index;

import io.mnestic.memory.v1.Lane;
import java.util.Arrays;

/**
 * Places on a lane among the memories that were scored.
 *
 * @param scores that say something, lowest first
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Ranks(Lane lane, double[] scores) {
  static Ranks of(Lane lane, double[] raw) {
    return new Ranks(
        lane, Arrays.stream(raw).filter(score -> says(lane, score)).sorted().toArray());
  }

  /** One more than there are higher scores; 0 if the lane says nothing of the memory. */
  int of(double raw) {
    if (!says(lane, raw)) {
      return 0;
    }
    int low = 0;
    int high = scores.length;
    // Invariant: those before low are not higher, those from high on are.
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (scores[middle] > raw) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return scores.length - high + 1;
  }

  /** No vector, or no word in common, is nothing said. */
  private static boolean says(Lane lane, double raw) {
    boolean words = lane == Lane.LANE_LEXICAL || lane == Lane.LANE_SESSION;
    return words ? raw > 0 : !Double.isNaN(raw);
  }
}
