package io.mnestic.bench.recall;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The measure: the share of a question's evidence turns among the first that were recalled. */
final class EvidenceRecall {
  /** How far down the ranking is looked. */
  static final List<Integer> CUTOFFS = List.of(1, 5, 10, 25, 50);

  private EvidenceRecall() {}

  /**
   * Share of {@code evidence} in the first {@code cutoff} of {@code ranked}, 0 to 1.
   *
   * @param ranked best first; a recalled memory that is no turn takes its rank and earns nothing
   * @param evidence at least one turn
   */
  static double at(int cutoff, List<Optional<TurnId>> ranked, Set<TurnId> evidence) {
    long found =
        ranked.stream()
            .limit(cutoff)
            .flatMap(Optional::stream)
            .distinct()
            .filter(evidence::contains)
            .count();
    return (double) found / evidence.size();
  }
}
