package io.mnestic.memory.attention;

import io.mnestic.memory.v1.Filter;

/**
 * A soft read that was checked.
 *
 * @param query a unit vector
 * @param beta sharpness of the softmax
 * @param limit most memories attended to by content in a hop
 * @param hops how often to read
 * @param content share of the memories themselves; the three shares sum to 1
 * @param forward share of the turns after them
 * @param backward share of the turns before them
 * @param filter which memories
 * @param minRevision the read sees at least this revision
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SoftRead(
    float[] query,
    double beta,
    int limit,
    int hops,
    double content,
    double forward,
    double backward,
    Filter filter,
    long minRevision) {
  /** Whether attention moves along sessions. */
  boolean linked() {
    return content < 1;
  }
}
