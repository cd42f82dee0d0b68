package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How probable it is that an answer is stored: a logistic function (Platt 1999) of how near the
 * tokens of the nearest turn come to the question's, and, where the question names a speaker, of
 * how much nearer that speaker's come than those of others: who asks what Ann did and only hears of
 * Ben has no answer. Fitted as docs/decisions/2026-11-25-answer-probability.md tells.
 *
 * @param nearest per unit of cosine of the nearest turn, of the named speaker if one is named
 * @param ahead per unit of cosine that it is ahead of the nearest of another speaker
 * @param offset added to these
 */
record AnswerChance(double nearest, double ahead, double offset) {
  /** Cosines of different models do not compare. */
  private static final Map<String, AnswerChance> FITTED =
      Map.of("bge-small-en-v1.5", new AnswerChance(14.9, 20.6, -8.8));

  /**
   * The probability; empty if nothing is known of the model, or no token vector was compared.
   *
   * @param named the speakers whom the question names
   */
  static OptionalDouble of(String model, List<Candidate> pool, Set<String> named) {
    AnswerChance fitted = FITTED.get(model);
    double best = Double.NEGATIVE_INFINITY;
    double other = Double.NEGATIVE_INFINITY;
    for (Candidate candidate : pool) {
      double cosine = cosine(candidate);
      if (named.isEmpty() || named.contains(candidate.memory().getTurn().getSpeaker())) {
        best = Math.max(best, cosine);
      } else {
        other = Math.max(other, cosine);
      }
    }
    if (fitted == null || Double.isInfinite(Math.max(best, other))) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        Double.isInfinite(best) ? 0 : fitted.of(best, Double.isInfinite(other) ? 0 : best - other));
  }

  private double of(double best, double gap) {
    return 1 / (1 + Math.exp(-(nearest * best + ahead * gap + offset)));
  }

  /** Of the question's and the memory's tokens; negative infinity for a memory without any. */
  private static double cosine(Candidate candidate) {
    return candidate.lanes().stream()
        .filter(score -> score.getLane() == Lane.LANE_TOKENS_CONTEXT && score.getRaw() != 0)
        .mapToDouble(LaneScore::getRaw)
        .findFirst()
        .orElse(Double.NEGATIVE_INFINITY);
  }
}
