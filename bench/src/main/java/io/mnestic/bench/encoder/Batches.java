package io.mnestic.bench.encoder;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How texts are put together in batches; each is the places of its texts. */
final class Batches {
  private Batches() {}

  /** As they come, {@code size} in each. */
  static List<int[]> firstCome(int count, int size) {
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < count; from += size) {
      batches.add(IntStream.range(from, Math.min(count, from + size)).toArray());
    }
    return batches;
  }

  /**
   * Longest first, as many in each as have room in a budget of tokens, padding included; one at
   * least.
   */
  static List<int[]> byLength(List<Text> texts, int budget) {
    List<Integer> order =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> texts.get(i).tokens()).reversed())
            .toList();
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    while (from < order.size()) {
      int size = Math.max(1, budget / texts.get(order.get(from)).tokens());
      int to = Math.min(order.size(), from + size);
      batches.add(order.subList(from, to).stream().mapToInt(Integer::intValue).toArray());
      from = to;
    }
    return batches;
  }
}
