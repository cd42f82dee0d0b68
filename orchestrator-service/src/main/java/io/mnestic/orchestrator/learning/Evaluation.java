package io.mnestic.orchestrator.learning;

import io.mnestic.orchestrator.v1.ReaderEvaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Compares two rankings of the recalls that were held back. The measure is the normalised
 * discounted cumulative gain of the memories that helped (Järvelin and Kekäläinen 2002) over all
 * that the recall gave back: feedback knows of no others.
 */
final class Evaluation {
  private static final int RESAMPLES = 2_000;
  private static final long SEED = 20_240_501;
  private static final double TAIL = 0.025;

  private final List<Double> before = new ArrayList<>();
  private final List<Double> after = new ArrayList<>();

  /**
   * Adds a recall.
   *
   * @param helped whether each memory did
   * @param scoresBefore of each memory, as it was ranked before
   * @param scoresAfter of each memory, as it would be ranked now
   */
  void add(List<Boolean> helped, List<Float> scoresBefore, List<Float> scoresAfter) {
    before.add(ndcg(helped, scoresBefore));
    after.add(ndcg(helped, scoresAfter));
  }

  ReaderEvaluation result() {
    if (before.isEmpty()) {
      return ReaderEvaluation.getDefaultInstance();
    }
    double[] differences =
        IntStream.range(0, before.size()).mapToDouble(i -> after.get(i) - before.get(i)).toArray();
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means =
        IntStream.range(0, RESAMPLES)
            .mapToDouble(_ ->
                IntStream.range(0, differences.length)
                        .mapToDouble(_ -> differences[random.nextInt(differences.length)])
                        .sum()
                    / differences.length)
            .sorted()
            .toArray();
    double low = means[(int) (TAIL * (RESAMPLES - 1))];
    return ReaderEvaluation.newBuilder()
        .setRecalls(before.size())
        .setNdcg(mean(after))
        .setNdcgBefore(mean(before))
        .setDifferenceLow(low)
        .setDifferenceHigh(means[(int) Math.ceil((1 - TAIL) * (RESAMPLES - 1))])
        .setBetter(low > 0)
        .build();
  }

  /** Equal scores keep the order in which the recall gave the memories. */
  static double ndcg(List<Boolean> helped, List<Float> scores) {
    List<Integer> order =
        IntStream.range(0, scores.size())
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> scores.get(i)).reversed())
            .toList();
    double gain = 0;
    double best = 0;
    int found = 0;
    for (int rank = 0; rank < order.size(); rank++) {
      if (helped.get(order.get(rank))) {
        gain += 1 / log2(rank + 2);
        best += 1 / log2(found + 2);
        found++;
      }
    }
    return found == 0 ? 0 : gain / best;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private static double log2(int number) {
    return Math.log(number) / Math.log(2);
  }
}
