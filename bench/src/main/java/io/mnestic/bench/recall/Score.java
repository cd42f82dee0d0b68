package io.mnestic.bench.recall;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How one question did: evidence recall at each cutoff, 0 to 1. */
record Score(int category, Map<Integer, Double> recallAt) {

  static Score of(Conversation.Question question, List<Optional<TurnId>> ranked) {
    return new Score(
        question.category(),
        EvidenceRecall.CUTOFFS.stream()
            .collect(
                Collectors.toMap(
                    cutoff -> cutoff,
                    cutoff -> EvidenceRecall.at(cutoff, ranked, question.evidence()))));
  }

  double at(int cutoff) {
    return recallAt.getOrDefault(cutoff, 0.0);
  }
}
