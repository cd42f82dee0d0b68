package io.mnestic.encoder.neural.reader;

import com.google.common.primitives.Booleans;
import com.google.common.primitives.Ints;
import io.mnestic.encoder.v1.ReaderExample;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;

/**
 * One recall with what was said of it.
 *
 * @param query [dimensions]
 * @param laneScores [memories, lanes], row by row
 * @param vectors [memories]: the place of each memory's vector, 0 for none
 * @param helped [memories]
 * @param weight α γ^age
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody changes or compares them.
record Example(float[] query, float[] laneScores, int[] vectors, boolean[] helped, double weight) {
  /**
   * Takes one from a request.
   *
   * @param vectorCount how many vectors the request has
   * @param field where in the request it is, for refusals
   */
  static Example of(
      ReaderExample example, Head head, int vectorCount, Settings settings, String field) {
    boolean[] helped = Booleans.toArray(example.getHelpedList());
    double alpha = example.hasWeight() ? example.getWeight() : 1;
    return new Example(
        head.query(example.getQueryList(), field + ".query"),
        head.laneScores(example.getLanesList(), helped.length, field + ".lanes"),
        places(example, helped.length, vectorCount, field + ".vectors"),
        helped,
        alpha * settings.decay(Integer.toUnsignedLong(example.getAge())));
  }

  private static int[] places(ReaderExample example, int memories, int vectorCount, String field) {
    int[] places = Ints.toArray(example.getVectorsList());
    if (places.length == 0) {
      return new int[memories];
    }
    for (int place : places) {
      if (place < 0 || place > vectorCount || places.length != memories) {
        throw Refusal.of(
                Reason.REASON_INVALID_FIELD,
                "%s must be empty or name one of the request's %d vectors, or 0, for each of %d memories"
                    .formatted(field, vectorCount, memories))
            .withField(field);
      }
    }
    return places;
  }

  /** Whether some of its memories helped and some did not, so that it tells them apart. */
  boolean hasBothSides() {
    return Booleans.contains(helped, true) && Booleans.contains(helped, false);
  }

  int memories() {
    return helped.length;
  }
}
