package io.mnestic.bench.recall;

import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.report.Table;
import io.mnestic.memory.v1.Lane;
import io.mnestic.orchestrator.v1.RecallWeight;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** What each lane is worth: the figures without it. */
final class Ablation {
  private static final int SEVERAL_TURNS = 1;
  private static final double PERCENT = 100;

  private final List<Score> whole;
  private final Table table =
      Table.of("without", "R@1", "R@5", "R@10", "category 1 R@10", "R@10 without category 5");

  /** Against what all lanes together scored. */
  Ablation(List<Score> whole) {
    this.whole = whole;
  }

  /** Asks again, fills {@code figures} and gives the table. */
  Table report(Map<Conversation, Asked> places, Figures figures) {
    row("no lane", whole);
    List<Lane> lanes = new ArrayList<>(List.of(Lane.values()));
    lanes.removeAll(List.of(Lane.LANE_UNSPECIFIED, Lane.UNRECOGNIZED));
    try (Progress progress = Progress.of("Asking without", "lanes", lanes.size())) {
      for (Lane lane : lanes) {
        String name = lane.name().substring("LANE_".length());
        List<Score> scores = without(lane, places);
        row(name, scores);
        String suffix = ".without_" + name.toLowerCase(Locale.ROOT);
        figures.put("recall@5" + suffix, PERCENT * mean(scores, 5, score -> true));
        figures.put("recall@10" + suffix, PERCENT * mean(scores, 10, score -> true));
        progress.step(1);
      }
    }
    return table;
  }

  private static List<Score> without(Lane lane, Map<Conversation, Asked> places) {
    List<RecallWeight> none = List.of(RecallWeight.newBuilder().setLane(lane).setWeight(0).build());
    List<Score> scores = new ArrayList<>();
    places.forEach((conversation, place) -> {
      for (Conversation.Question question : conversation.questions()) {
        scores.add(Score.of(question, place.ask(question.text(), none).turns()));
      }
    });
    return scores;
  }

  private void row(String name, List<Score> scores) {
    table.row(
        name,
        percent(mean(scores, 1, score -> true)),
        percent(mean(scores, 5, score -> true)),
        percent(mean(scores, 10, score -> true)),
        percent(mean(scores, 10, score -> score.category() == SEVERAL_TURNS)),
        percent(mean(scores, 10, score -> score.category() != Scores.ADVERSARIAL)));
  }

  private static double mean(List<Score> scores, int cutoff, Predicate<Score> which) {
    return scores.stream().filter(which).mapToDouble(score -> score.at(cutoff)).average().orElse(0);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", PERCENT * share);
  }
}
