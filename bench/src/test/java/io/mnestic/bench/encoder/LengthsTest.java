package io.mnestic.bench.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LengthsTest {
  private static final int COUNT = 60_000;

  @Test
  void everyOctaveHasAsMany() {
    int[] lengths = Lengths.draw(COUNT, Lengths.MOST, 1);

    assertThat(Arrays.stream(lengths).min()).hasValue(4);
    assertThat(Arrays.stream(lengths).max()).hasValue(256);
    // 4 to 256 are six octaves.
    for (int from = 4; from < 256; from *= 2) {
      int low = from;
      assertThat(Arrays.stream(lengths).filter(length -> length >= low && length < 2 * low).count())
          .as("%d to %d", from, 2 * from)
          .isBetween(9_500L, 10_500L);
    }
  }

  @Test
  void sameSeedGivesTheSame() {
    assertThat(Lengths.draw(100, Lengths.MOST, 7))
        .isEqualTo(Lengths.draw(100, Lengths.MOST, 7))
        .isNotEqualTo(Lengths.draw(100, Lengths.MOST, 8));
  }
}
