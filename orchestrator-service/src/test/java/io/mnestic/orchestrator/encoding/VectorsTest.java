package io.mnestic.orchestrator.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VectorsTest {
  @Test
  void theMeanIsAUnitVector() {
    assertThat(Vectors.mean(List.of(List.of(1f, 0f), List.of(0f, 1f))))
        .containsExactly((float) Math.sqrt(0.5), (float) Math.sqrt(0.5));
  }

  @Test
  void oppositesGiveTheFirst() {
    assertThat(Vectors.mean(List.of(List.of(1f, 0f), List.of(-1f, 0f)))).containsExactly(1f, 0f);
  }

  @Test
  void tooManyAreMergedWithTheirNeighbours() {
    assertThat(Vectors.atMost(4, Collections.nCopies(10, List.of(1f, 0f)))).hasSize(4);
    assertThat(Vectors.atMost(4, Collections.nCopies(4, List.of(1f)))).hasSize(4);
  }
}
