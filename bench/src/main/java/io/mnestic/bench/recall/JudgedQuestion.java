package io.mnestic.bench.recall;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A question with what was recalled for it.
 *
 * @param conversation its name
 * @param place its place among the conversation's questions, from 0
 * @param evidence turns that hold the answer, recalled or not
 * @param query its vector
 * @param lanes normalised lane scores, a row of all lanes for each memory, best first
 * @param found whether each memory is evidence
 */
record JudgedQuestion(
    String conversation,
    int place,
    int evidence,
    List<Float> query,
    List<Float> lanes,
    List<Boolean> found) {
  private static final int CUTOFF = 10;

  /** Share of the evidence among the first ten by these scores; equal ones stay in order. */
  double recallAt10(List<Float> scores) {
    return IntStream.range(0, scores.size())
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> scores.get(i)).reversed())
            .limit(CUTOFF)
            .filter(found::get)
            .count()
        / (double) evidence;
  }

  /** The same as it was recalled. */
  double recallAt10() {
    return found.stream().limit(CUTOFF).filter(one -> one).count() / (double) evidence;
  }
}
