package io.mnestic.bench.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CosinesTest {
  @Test
  void meanAndWorstWhateverTheLengths() {
    float[][] vectors = {{3, 4}, {0, 2}};
    float[][] expected = {{6, 8}, {1, 0}};

    Cosines cosines = Cosines.of(vectors, expected);

    assertThat(cosines.mean()).isCloseTo(0.5, within(1e-9));
    assertThat(cosines.worst()).isCloseTo(0, within(1e-9));
  }
}
