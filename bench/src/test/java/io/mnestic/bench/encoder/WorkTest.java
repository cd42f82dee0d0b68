package io.mnestic.bench.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkTest {
  @Test
  void oneLayerCountedByHand() {
    // Four 2x2 projections and two of 2x3 make 28 multiply-adds a token; each of 5 tokens with
    // each over 2 numbers, twice, makes 100 for all.
    assertThat(new Work(1, 2, 3).operations(5)).isEqualTo(2 * (5 * 28 + 100));
  }

  @Test
  void smallBertIsAboutFortyTwoMegaflopsAToken() {
    // 21.2 million weights in the linear layers of bge-small, two operations each.
    Work work = PeerModel.BGE_SMALL_EN.work();

    assertThat(work.operations(1)).isEqualTo(2.0 * 21_233_664 + 2.0 * 12 * 2 * 384);
    assertThat(work.operations(List.of(text(3), text(5))))
        .isEqualTo(work.operations(3) + work.operations(5));
  }

  private static Text text(int tokens) {
    return new Text("", new long[tokens]);
  }
}
