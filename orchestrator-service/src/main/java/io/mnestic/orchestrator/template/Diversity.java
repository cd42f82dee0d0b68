package io.mnestic.orchestrator.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998): the next example is the one with the
 * greatest λ · likeness to the query − (1 − λ) · greatest likeness to one that was taken.
 *
 * @param relevance λ, 0 to 1
 */
record Diversity(double relevance) {
  /**
   * Offers the examples in the order of their marginal relevance, ties in the given order.
   *
   * @param taken whether the one offered is taken; those that are not make none less likely
   * @param most to take
   */
  void offer(Example query, List<Example> examples, int most, Predicate<Example> taken) {
    List<Example> left = new ArrayList<>(examples);
    double[] toQuery = left.stream().mapToDouble(query::similarity).toArray();
    double[] toTaken = new double[toQuery.length];
    boolean[] offered = new boolean[toQuery.length];
    int count = 0;
    for (int round = 0; round < toQuery.length && count < most; round++) {
      int next = best(toQuery, toTaken, offered);
      offered[next] = true;
      if (taken.test(left.get(next))) {
        count++;
        for (int i = 0; i < toTaken.length; i++) {
          toTaken[i] =
              count == 1
                  ? left.get(next).similarity(left.get(i))
                  : Math.max(toTaken[i], left.get(next).similarity(left.get(i)));
        }
      }
    }
  }

  private int best(double[] toQuery, double[] toTaken, boolean[] offered) {
    int best = -1;
    double bestScore = 0;
    for (int i = 0; i < toQuery.length; i++) {
      double score = relevance * toQuery[i] - (1 - relevance) * toTaken[i];
      if (!offered[i] && (best < 0 || score > bestScore)) {
        best = i;
        bestScore = score;
      }
    }
    return best;
  }
}
