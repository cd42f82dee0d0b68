package io.mnestic.encoder.neural.reader;

import com.google.common.primitives.Floats;
import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.List;

/**
 * A read head's weights.
 *
 * @param lanes names of the lane scores
 * @param dimensions length of query vectors, or 0
 * @param weights w, then G row by row, then p, then ln τ: lanes * (1 + dimensions) + dimensions + 1
 *     numbers
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody changes or compares them.
record Head(List<String> lanes, int dimensions, float[] weights) {

  /**
   * Takes one from a request.
   *
   * @param field the request's field that it is in, for refusals
   */
  static Head of(ReadHead head, String field) {
    float[] weights = Floats.toArray(head.getWeightsList());
    long wanted =
        (long) head.getLanesCount() * (1 + head.getDimensions()) + head.getDimensions() + 1;
    if (weights.length != wanted) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "%s has %d weights, but %d lanes and %d dimensions want %d"
                  .formatted(
                      field, weights.length, head.getLanesCount(), head.getDimensions(), wanted))
          .withField(field + ".weights");
    }
    requireFinite(weights, field + ".weights");
    return new Head(List.copyOf(head.getLanesList()), head.getDimensions(), weights);
  }

  /** The same head with other weights, as many. */
  Head with(float[] others) {
    return new Head(lanes, dimensions, others);
  }

  boolean hasShapeOf(Head other) {
    return lanes.equals(other.lanes) && dimensions == other.dimensions;
  }

  ReadHead toProto() {
    return ReadHead.newBuilder()
        .addAllLanes(lanes)
        .setDimensions(dimensions)
        .addAllWeights(Floats.asList(weights))
        .build();
  }

  static void requireFinite(float[] numbers, String field) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        throw Refusal.of(
                Reason.REASON_INVALID_FIELD, field + " holds NaN or infinity: leave it out")
            .withField(field);
      }
    }
  }

  /** The query of a request, checked against this head. */
  float[] query(List<Float> query, String field) {
    if (query.size() != dimensions) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "%s has %d numbers, but the head has %d dimensions"
                  .formatted(field, query.size(), dimensions))
          .withField(field);
    }
    float[] numbers = Floats.toArray(query);
    requireFinite(numbers, field);
    return numbers;
  }

  /** The lane scores of a request, checked to be whole rows. */
  float[] laneScores(List<Float> scores, int memories, String field) {
    if (scores.size() != (long) memories * lanes.size()) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "%s has %d numbers, but %d memories with %d lanes want %d"
                  .formatted(field, scores.size(), memories, lanes.size(), memories * lanes.size()))
          .withField(field);
    }
    float[] numbers = Floats.toArray(scores);
    requireFinite(numbers, field);
    return numbers;
  }

  /** The vectors of a request, checked to be whole ones. */
  float[] vectors(List<Float> vectors, String field) {
    if (dimensions == 0 ? !vectors.isEmpty() : vectors.size() % dimensions != 0) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "%s has %d numbers, which are no whole vectors of %d"
                  .formatted(field, vectors.size(), dimensions))
          .withField(field);
    }
    float[] numbers = Floats.toArray(vectors);
    requireFinite(numbers, field);
    return numbers;
  }
}
