package io.mnestic.memory.index;

import io.mnestic.memory.v1.Filter;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** One state of an index for several questions, whatever is applied meanwhile. To be closed. */
public interface IndexReading extends AutoCloseable {
  /** The namespace's revision of that state. */
  long revision();

  /** Finds memories in it, whatever revision the query asks for. */
  IndexAnswer search(IndexQuery query);

  /** What is known of the tokens with these ids. */
  TokenStatistics tokens(List<Integer> ids);

  /**
   * The memories whose {@code key} vectors are nearest to a vector. All that pass are compared if
   * they are few, or no more than asked for.
   *
   * @param vector a unit vector
   * @param limit most memories
   */
  Nearest nearest(float[] vector, Filter filter, int limit);

  /** Those of the turns at some places that pass a filter and have a key vector. */
  Map<KeyHit.Place, KeyHit> turns(Collection<KeyHit.Place> places, Filter filter);

  @Override
  void close();

  /**
   * What was found.
   *
   * @param hits nearest first, ties in order of their ids' UTF-8 bytes
   * @param exact whether every memory that passes was compared
   * @param complete whether the hits are all that pass
   */
  record Nearest(List<KeyHit> hits, boolean exact, boolean complete) {}
}
