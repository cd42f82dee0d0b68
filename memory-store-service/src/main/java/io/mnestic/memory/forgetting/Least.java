package io.mnestic.memory.forgetting;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** The first of many candidates, in the order of {@link Candidate#LEAST_FIRST}. */
final class Least {
  private final int limit;
  private final PriorityQueue<Candidate> kept =
      new PriorityQueue<>(Candidate.LEAST_FIRST.reversed());
  private boolean more;

  Least(int limit) {
    this.limit = limit;
  }

  void add(Candidate candidate) {
    kept.add(candidate);
    if (kept.size() > limit) {
      kept.remove();
      more = true;
    }
  }

  /** Whether some were left out. */
  boolean more() {
    return more;
  }

  List<Candidate> sorted() {
    List<Candidate> sorted = new ArrayList<>(kept);
    sorted.sort(Candidate.LEAST_FIRST);
    return sorted;
  }
}
