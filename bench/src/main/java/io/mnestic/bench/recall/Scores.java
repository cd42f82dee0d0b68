package io.mnestic.bench.recall;

import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Table;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * All questions' scores, told in per cent as a table and as figures: {@code recall@K} over all
 * questions, with {@code .without_category5} and {@code .categoryN} behind it for those alone, and
 * {@code .low} and {@code .high} for the ends of the 95 % interval of {@code recall@10}.
 */
final class Scores {
  static final int ADVERSARIAL = 5;

  /** Added to the categories of what is asked in another language than most. */
  static final int OTHER_LANGUAGE = 10;

  private static final int HEADLINE_CUTOFF = 10;
  private static final double PERCENT = 100;

  private final List<Score> scores;
  private final Table table =
      Table.of("questions", "number", "R@1", "R@5", "R@10", "95 % of R@10", "R@25", "R@50");

  Scores(List<Score> scores) {
    this.scores = scores;
  }

  /** Fills {@code figures} and gives the table. */
  Table report(Figures figures) {
    line(figures, "all", "", score -> true);
    line(
        figures,
        "all but category 5",
        ".without_category5",
        score -> score.category() != ADVERSARIAL);
    TreeMap<Integer, Long> categories = new TreeMap<>();
    scores.forEach(score -> categories.merge(score.category(), 1L, Long::sum));
    categories.forEach((category, count) ->
        line(
            figures,
            nameOf(category),
            ".category" + category,
            score -> score.category() == category));
    return table;
  }

  private void line(Figures figures, String name, String suffix, Predicate<Score> which) {
    List<Score> chosen = scores.stream().filter(which).toList();
    if (chosen.isEmpty()) {
      return;
    }
    figures.put("questions" + suffix, chosen.size());
    for (int cutoff : EvidenceRecall.CUTOFFS) {
      figures.put("recall@" + cutoff + suffix, PERCENT * mean(chosen, cutoff));
    }
    double[] headline = chosen.stream().mapToDouble(score -> score.at(HEADLINE_CUTOFF)).toArray();
    Bootstrap.Interval interval = Bootstrap.ofMean(headline);
    figures.put("recall@10" + suffix + ".low", PERCENT * interval.low());
    figures.put("recall@10" + suffix + ".high", PERCENT * interval.high());
    table.row(
        name,
        Integer.toString(chosen.size()),
        percent(mean(chosen, 1)),
        percent(mean(chosen, 5)),
        percent(mean(chosen, 10)),
        percent(interval.low()) + " to " + percent(interval.high()),
        percent(mean(chosen, 25)),
        percent(mean(chosen, 50)));
  }

  private static double mean(List<Score> chosen, int cutoff) {
    return chosen.stream().mapToDouble(score -> score.at(cutoff)).average().orElse(0);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", PERCENT * share);
  }

  private static String nameOf(int category) {
    if (category > OTHER_LANGUAGE) {
      return nameOf(category - OTHER_LANGUAGE) + ", English";
    }
    return switch (category) {
      case 1 -> "1 several turns";
      case 2 -> "2 when";
      case 3 -> "3 open";
      case 4 -> "4 one turn";
      case ADVERSARIAL -> "5 adversarial";
      case 6 -> "6 in a long answer";
      default -> "category " + category;
    };
  }
}
