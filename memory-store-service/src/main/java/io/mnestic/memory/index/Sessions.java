package io.mnestic.memory.index;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.util.BytesRef;

/**
 * The sessions of a reader, numbered over its segments.
 *
 * @param numbers for each segment, its session ordinals' numbers
 * @param lengths for each number, the words in the session's live turns; -1 without any
 * @param count sessions with live turns
 * @param averageLength mean of their lengths
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Sessions(List<int[]> numbers, long[] lengths, int count, double averageLength) {
  static Sessions of(List<LeafSummary> leaves) {
    Map<BytesRef, Integer> known = new HashMap<>();
    List<int[]> numbers =
        leaves.stream()
            .map(leaf ->
                Arrays.stream(leaf.sessions())
                    .mapToInt(name -> known.computeIfAbsent(name, it -> known.size()))
                    .toArray())
            .toList();
    long[] lengths = new long[known.size()];
    Arrays.fill(lengths, -1);
    for (int i = 0; i < leaves.size(); i++) {
      long[] parts = leaves.get(i).lengths();
      for (int ord = 0; ord < parts.length; ord++) {
        if (parts[ord] >= 0) {
          int number = numbers.get(i)[ord];
          lengths[number] = Math.max(lengths[number], 0) + parts[ord];
        }
      }
    }
    long[] alive = Arrays.stream(lengths).filter(length -> length >= 0).toArray();
    return new Sessions(numbers, lengths, alive.length, Arrays.stream(alive).average().orElse(0));
  }
}
