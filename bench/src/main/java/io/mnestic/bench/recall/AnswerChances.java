package io.mnestic.bench.recall;

import io.mnestic.bench.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How well the probability that an answer is stored tells questions with one from those without.
 */
final class AnswerChances {
  private final List<Double> stored = new ArrayList<>();
  private final List<Double> adversarial = new ArrayList<>();
  private final List<Double> elsewhere = new ArrayList<>();

  void add(Conversation.Question question, OptionalDouble chance) {
    boolean isStored = question.category() != Scores.ADVERSARIAL;
    chance.ifPresent((isStored ? stored : adversarial)::add);
  }

  /** Of a question that was asked where its answer is not. */
  void addElsewhere(OptionalDouble chance) {
    chance.ifPresent(elsewhere::add);
  }

  /** Fills {@code figures}; the sentence to print, if there were probabilities. */
  Optional<String> report(Figures figures) {
    List<Double> without = new ArrayList<>(adversarial);
    without.addAll(elsewhere);
    if (stored.isEmpty() || without.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder told = new StringBuilder("Probability that an answer is stored: ROC AUC");
    if (!adversarial.isEmpty()) {
      double auc = auc(stored, adversarial);
      figures.put("answer.auc.category5", auc);
      told.append(String.format(Locale.ROOT, " %.3f against category 5,", auc));
    }
    if (!elsewhere.isEmpty()) {
      double auc = auc(stored, elsewhere);
      figures.put("answer.auc.elsewhere", auc);
      told.append(
          String.format(
              Locale.ROOT,
              " %.3f against %d questions about another conversation,",
              auc,
              elsewhere.size()));
    }
    double brier = brier(stored, without);
    figures.put("answer.brier", brier);
    return Optional.of(
        told.append(String.format(Locale.ROOT, " Brier score %.3f", brier)).toString());
  }

  /**
   * Area under the receiver operating characteristic: how often one of {@code high} is above one of
   * {@code low}; equal ones count half.
   */
  static double auc(List<Double> high, List<Double> low) {
    double above = 0;
    for (double one : high) {
      for (double other : low) {
        above += one > other ? 1 : one == other ? 0.5 : 0;
      }
    }
    return above / ((double) high.size() * low.size());
  }

  /** Mean squared difference of probability and truth (Brier 1950). */
  static double brier(List<Double> with, List<Double> without) {
    double squares = 0;
    for (double chance : with) {
      squares += (1 - chance) * (1 - chance);
    }
    for (double chance : without) {
      squares += chance * chance;
    }
    return squares / (with.size() + without.size());
  }
}
