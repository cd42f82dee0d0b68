package io.mnestic.memory.forgetting;

import io.mnestic.memory.v1.ForgettingReason;
import java.util.Comparator;

/**
 * A memory that may be forgotten.
 *
 * @param revision of the version that was looked at
 * @param bytes of it as stored, without vectors
 */
record Candidate(String id, long revision, long bytes, Score score, ForgettingReason reason) {
  /** In which order memories are forgotten. */
  static final Comparator<Candidate> LEAST_FIRST =
      Comparator.comparingDouble((Candidate one) -> one.score().retention())
          .thenComparing(Candidate::id);

  Place place() {
    return new Place(score.retention(), id);
  }

  /** A place in that order. */
  record Place(double retention, String id) {
    boolean isBefore(Candidate one) {
      int order = Double.compare(retention, one.score().retention());
      return order < 0 || (order == 0 && id.compareTo(one.id()) < 0);
    }
  }
}
