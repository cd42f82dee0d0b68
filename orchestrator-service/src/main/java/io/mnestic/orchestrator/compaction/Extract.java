package io.mnestic.orchestrator.compaction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses sentences for a summary by maximal marginal relevance (Carbonell and Goldstein 1998):
 * central ones, each unlike those chosen before.
 */
final class Extract {
  /** Share of centrality; the rest is unlikeness to what is chosen. */
  private static final double RELEVANCE = 0.7;

  /** Two sentences this much alike say the same. */
  private static final double REPETITION = 0.92;

  private final double[] centrality;
  private final double[][] likeness;

  /**
   * An extract of sentences.
   *
   * @param vectors of unit length, one for each sentence
   */
  Extract(List<float[]> vectors) {
    this.likeness = likeness(vectors);
    double[] ranks = Centrality.of(likeness);
    double most = IntStream.range(0, ranks.length).mapToDouble(i -> ranks[i]).max().orElse(1);
    this.centrality = IntStream.range(0, ranks.length).mapToDouble(i -> ranks[i] / most).toArray();
  }

  /**
   * Indexes of the chosen sentences, in their order: the most central one, and further ones while
   * they fit.
   *
   * @param costs of each sentence
   * @param limit of all costs together
   */
  List<Integer> choose(int[] costs, int limit) {
    List<Integer> open = new ArrayList<>(IntStream.range(0, costs.length).boxed().toList());
    List<Integer> chosen = new ArrayList<>();
    long cost = 0;
    while (!open.isEmpty()) {
      int best = open.stream().max(Comparator.comparingDouble(i -> worth(i, chosen))).orElseThrow();
      open.removeIf(sentence -> sentence == best);
      boolean fits = chosen.isEmpty() || cost + costs[best] <= limit;
      if (fits && mostAlike(best, chosen) < REPETITION) {
        chosen.add(best);
        cost += costs[best];
      }
    }
    chosen.sort(null);
    return chosen;
  }

  private double worth(int sentence, List<Integer> chosen) {
    return RELEVANCE * centrality[sentence] - (1 - RELEVANCE) * mostAlike(sentence, chosen);
  }

  private double mostAlike(int sentence, List<Integer> chosen) {
    return chosen.stream().mapToDouble(other -> likeness[sentence][other]).max().orElse(0);
  }

  private static double[][] likeness(List<float[]> vectors) {
    int count = vectors.size();
    double[][] likeness = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j <= i; j++) {
        double cosine = 0;
        for (int d = 0; d < vectors.get(i).length; d++) {
          cosine += (double) vectors.get(i)[d] * vectors.get(j)[d];
        }
        likeness[i][j] = cosine;
        likeness[j][i] = cosine;
      }
    }
    return likeness;
  }
}
