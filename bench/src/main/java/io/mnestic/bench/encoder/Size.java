package io.mnestic.bench.encoder;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much is measured.
 *
 * @param texts of mixed lengths
 * @param rounds of each contender over them
 * @param queries timed one at a time, in each precision
 * @param bulkQueries timed alone and again beside bulk work
 * @param memoryTexts encoded before memory is read first; ten times as many before it is read again
 * @param ceilingTime of each matrix product in each round
 */
record Size(
    int texts, int rounds, int queries, int bulkQueries, int memoryTexts, Duration ceilingTime) {
  static final Size FULL = new Size(2_000, 3, 300, 300, 5_000, Duration.ofSeconds(1));

  /** Everything once, for tests: its figures mean little. */
  static final Size QUICK = new Size(64, 1, 10, 20, 500, Duration.ofMillis(100));

  /** With another number of texts and rounds where one is given. */
  Size with(@Nullable Integer givenTexts, @Nullable Integer givenRounds) {
    return new Size(
        givenTexts == null ? texts : givenTexts,
        givenRounds == null ? rounds : givenRounds,
        queries,
        bulkQueries,
        memoryTexts,
        ceilingTime);
  }
}
