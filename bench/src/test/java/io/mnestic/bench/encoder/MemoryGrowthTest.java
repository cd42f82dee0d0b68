package io.mnestic.bench.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryGrowthTest {
  @Test
  void aLevelIsTheMedianOfTheLastFiveReadings() {
    assertThat(MemoryGrowth.level(List.of(1.0, 2.0, 900.0, 5.0, 4.0, 3.0))).isEqualTo(4.0);
    assertThat(MemoryGrowth.level(List.of(7.0))).isEqualTo(7.0);
  }
}
