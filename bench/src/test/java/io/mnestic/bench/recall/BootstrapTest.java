package io.mnestic.bench.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void equalValuesLeaveNoDoubt() {
    assertThat(Bootstrap.ofMean(new double[] {0.25, 0.25, 0.25}))
        .isEqualTo(new Bootstrap.Interval(0.25, 0.25));
  }

  @Test
  void agreesWithTheNormalApproximationForManyValues() {
    // 400 values, half of them 1: the mean's deviation is sqrt(0.5 * 0.5 / 400) = 0.025.
    double[] values = new double[400];
    Arrays.fill(values, 0, 200, 1);

    Bootstrap.Interval interval = Bootstrap.ofMean(values);

    assertThat(interval.low()).isCloseTo(0.5 - 1.96 * 0.025, within(0.01));
    assertThat(interval.high()).isCloseTo(0.5 + 1.96 * 0.025, within(0.01));
  }

  @Test
  void sameValuesGiveTheSameInterval() {
    double[] values = {0, 1, 0.5, 1, 0, 0.25};

    assertThat(Bootstrap.ofMean(values)).isEqualTo(Bootstrap.ofMean(values.clone()));
  }
}
