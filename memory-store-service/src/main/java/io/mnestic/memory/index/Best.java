package io.mnestic.memory.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.util.BytesRef;

/** Picks the best of many scored memories; of equal ones those with the lower ids. */
final class Best {
  private Best() {}

  /**
   * The documents of the best, in document order.
   *
   * @param documents in order
   * @param scores of the documents; NaN for one that may not be picked
   */
  static int[] of(SearchView view, int[] documents, double[] scores, int limit) throws IOException {
    double last = lowest(scores, limit);
    List<Integer> picked = new ArrayList<>();
    List<Integer> equal = new ArrayList<>();
    for (int i = 0; i < documents.length; i++) {
      if (scores[i] > last) {
        picked.add(documents[i]);
      } else if (scores[i] == last) {
        equal.add(documents[i]);
      }
    }
    picked.addAll(lowestIds(view, equal, limit - picked.size()));
    return picked.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /** The lowest score that is among the best. NaN if there is none. */
  private static double lowest(double[] scores, int limit) {
    PriorityQueue<Double> best = new PriorityQueue<>(limit);
    double lowest = Double.NaN;
    for (double score : scores) {
      boolean full = best.size() == limit;
      if (Double.isNaN(score) || (full && score <= lowest)) {
        continue;
      }
      if (full) {
        best.remove();
      }
      best.add(score);
      lowest = best.element();
    }
    return lowest;
  }

  private static List<Integer> lowestIds(SearchView view, List<Integer> documents, int count)
      throws IOException {
    if (documents.size() <= count) {
      return documents;
    }
    record Named(int document, BytesRef id) {}
    Columns columns = new Columns(view);
    List<Named> named = new ArrayList<>(documents.size());
    for (int document : documents) {
      named.add(new Named(document, columns.id(document)));
    }
    return named.stream()
        .sorted(Comparator.comparing(Named::id))
        .limit(count)
        .map(Named::document)
        .toList();
  }
}
