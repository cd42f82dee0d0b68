package io.mnestic.memory.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class CheckVectorsTest {
  @Test
  void aVectorAtUnitLengthIsKeptToTheLastBit() {
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      float[] vector = new float[1 + random.nextInt(600)];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (float) (random.nextGaussian() * Math.pow(10, -random.nextInt(20)));
      }
      vector[0] = 3;
      float[] once = unit(vector);
      assertThat(unit(once)).containsExactly(once);
      assertThat(Math.sqrt(squares(once))).isCloseTo(1, offset(1e-6));
    }
  }

  @Test
  void aVectorThatIsAlmostButNotAtUnitLengthIsScaled() {
    float[] vector = {1.00001f, 0};
    assertThat(unit(vector)).containsExactly(1, 0);
  }

  private static float[] unit(float[] vector) {
    return CheckVectors.unit(vector.length, index -> vector[index], vector.length, "vector");
  }

  private static double squares(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return sum;
  }
}
