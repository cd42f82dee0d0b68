package io.mnestic.bench.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  @Test
  void firstComeKeepsTheOrder() {
    assertThat(Batches.firstCome(5, 2))
        .containsExactly(new int[] {0, 1}, new int[] {2, 3}, new int[] {4});
  }

  @Test
  void byLengthFillsTheBudgetWithPadding() {
    List<Text> texts = texts(3, 10, 4, 9, 25);

    // 25 is over the budget alone; 10 and 9 take 20 with padding; 4 and 3 take 8.
    assertThat(Batches.byLength(texts, 20))
        .containsExactly(new int[] {4}, new int[] {1, 3}, new int[] {2, 0});
  }

  @Test
  void everyTextIsInOneBatchWithinTheBudget() {
    List<Text> texts = texts(Lengths.draw(500, Lengths.MOST, 3));

    List<int[]> batches = Batches.byLength(texts, 2_048);

    assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .isEqualTo(IntStream.range(0, 500).toArray());
    assertThat(batches)
        .allSatisfy(batch ->
            assertThat(batch.length * texts.get(batch[0]).tokens()).isLessThanOrEqualTo(2_048));
  }

  private static List<Text> texts(int... lengths) {
    return Arrays.stream(lengths).mapToObj(length -> new Text("", new long[length])).toList();
  }
}
