package io.mnestic.memory.index;

import java.util.Optional;

/**
 * A memory that has a {@code key} vector.
 *
 * @param id its id
 * @param revision the version that was looked at
 * @param key its key vector, at unit length
 * @param place where it stands, if it is a turn
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record KeyHit(String id, long revision, float[] key, Optional<Place> place) {
  /** Cosine of a unit vector and the key. */
  public double cosine(float[] vector) {
    return dot(vector, key);
  }

  /** In double precision: weights and thresholds are taken from it. */
  static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  /**
   * A turn's place.
   *
   * @param sequence from 1
   */
  public record Place(String session, long sequence) {
    /** The place so many further on. */
    public Place plus(int turns) {
      return new Place(session, sequence + turns);
    }
  }
}
