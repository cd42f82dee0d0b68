package io.mnestic.encoder.neural.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.micronaut.context.ApplicationContext;
import io.mnestic.encoder.model.TorchEngine;
import io.mnestic.encoder.neural.AgainstReference;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Attention on real PyTorch, against float64 written from the paper's formulas. */
@TestInstance(Lifecycle.PER_CLASS)
class AttentionIT {
  private static final int BATCH = 2;
  private static final int STEPS = 3;
  private static final int KEYS = 4;
  private static final int WIDTH = 6;
  private static final int INNER = 5;
  private static final float[] MASK = {1, 1, 1, 1, 1, 1, 0, 0};

  private ApplicationContext context;
  private TorchEngine engine;

  @BeforeAll
  void start() {
    context = ApplicationContext.run();
    engine = context.getBean(TorchEngine.class);
  }

  @AfterAll
  void stop() {
    context.close();
  }

  @Test
  void attentionOfOneAndOfThreeHeadsIsThatOfTheFormula() {
    for (int heads : new int[] {1, 3}) {
      try (NDManager manager = engine.arrays()) {
        SplittableRandom random = new SplittableRandom(heads);
        float[] queries = AgainstReference.numbers(random, BATCH * STEPS * WIDTH);
        float[] memory = AgainstReference.numbers(random, BATCH * KEYS * WIDTH);
        AgainstReference.check(
            manager,
            new MultiHeadAttention(heads, WIDTH),
            new NDList(
                manager.create(queries, new Shape(BATCH, STEPS, WIDTH)),
                manager.create(memory, new Shape(BATCH, KEYS, WIDTH)),
                manager.create(MASK, new Shape(BATCH, KEYS))),
            parameters ->
                attention(
                    heads,
                    AgainstReference.doubles(queries),
                    STEPS,
                    AgainstReference.doubles(memory),
                    KEYS,
                    parameters),
            heads);
      }
    }
  }

  @Test
  void theEncoderLayerIsThatOfTheFormula() {
    try (NDManager manager = engine.arrays()) {
      float[] x = AgainstReference.numbers(new SplittableRandom(9), BATCH * KEYS * WIDTH);
      AgainstReference.check(
          manager,
          new TransformerLayer(2, WIDTH, INNER, 0.1f),
          new NDList(
              manager.create(x, new Shape(BATCH, KEYS, WIDTH)),
              manager.create(MASK, new Shape(BATCH, KEYS))),
          parameters -> layer(AgainstReference.doubles(x), parameters),
          9);
    }
  }

  @Test
  void paddingChangesNothingOfWhatIsThere() {
    try (NDManager manager = engine.arrays()) {
      TransformerLayer layer = new TransformerLayer(2, WIDTH, INNER, 0.5f);
      Shape shape = new Shape(1, KEYS, WIDTH);
      layer.initialize(manager, DataType.FLOAT32, shape, new Shape(1, KEYS));
      float[] x = AgainstReference.numbers(new SplittableRandom(4), KEYS * WIDTH);
      NDArray mask = manager.create(new float[] {1, 1, 0, 0}, new Shape(1, KEYS));
      float[] one = run(manager, layer, manager.create(x, shape), mask);
      for (int i = 2 * WIDTH; i < x.length; i++) {
        x[i] = 7 - x[i];
      }
      float[] other = run(manager, layer, manager.create(x, shape), mask);
      assertThat(java.util.Arrays.copyOf(other, 2 * WIDTH))
          .isEqualTo(java.util.Arrays.copyOf(one, 2 * WIDTH));
    }
  }

  @Test
  void headsThatDoNotShareTheWidthAreRefused() {
    assertThatThrownBy(() -> new MultiHeadAttention(4, WIDTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 heads");
  }

  private static float[] run(NDManager manager, TransformerLayer layer, NDArray x, NDArray mask) {
    return layer
        .forward(new ParameterStore(manager, false), new NDList(x, mask), false)
        .singletonOrThrow()
        .toFloatArray();
  }

  private static double[] attention(
      int heads, double[] queries, int steps, double[] memory, int keys, List<double[]> p) {
    int share = WIDTH / heads;
    double[] q = linear(queries, p.get(0), p.get(1), WIDTH);
    double[] k = linear(memory, p.get(2), p.get(3), WIDTH);
    double[] v = linear(memory, p.get(4), p.get(5), WIDTH);
    double[] context = new double[BATCH * steps * WIDTH];
    for (int b = 0; b < BATCH; b++) {
      for (int h = 0; h < heads; h++) {
        for (int s = 0; s < steps; s++) {
          int row = (b * steps + s) * WIDTH + h * share;
          double[] alpha = new double[keys];
          double sum = 0;
          for (int key = 0; key < keys; key++) {
            double score = 0;
            for (int d = 0; d < share; d++) {
              score += q[row + d] * k[(b * keys + key) * WIDTH + h * share + d];
            }
            boolean there = MASK[b * keys + key] == 1;
            alpha[key] = there ? Math.exp(score / Math.sqrt(share)) : 0;
            sum += alpha[key];
          }
          for (int key = 0; key < keys; key++) {
            for (int d = 0; d < share; d++) {
              context[row + d] += alpha[key] / sum * v[(b * keys + key) * WIDTH + h * share + d];
            }
          }
        }
      }
    }
    return linear(context, p.get(6), p.get(7), WIDTH);
  }

  private static double[] layer(double[] x, List<double[]> p) {
    double[] attended = attention(2, x, KEYS, x, KEYS, p);
    double[] a = norm(plus(x, attended), p.get(8), p.get(9));
    double[] inner = linear(a, p.get(10), p.get(11), INNER);
    for (int i = 0; i < inner.length; i++) {
      inner[i] = Math.max(0, inner[i]);
    }
    return norm(plus(a, linear(inner, p.get(12), p.get(13), WIDTH)), p.get(14), p.get(15));
  }

  /** y = W x + b for each row, with W [outputs, inputs]. */
  private static double[] linear(double[] rows, double[] weight, double[] bias, int outputs) {
    int inputs = weight.length / outputs;
    double[] result = new double[rows.length / inputs * outputs];
    for (int row = 0; row < rows.length / inputs; row++) {
      for (int o = 0; o < outputs; o++) {
        double sum = bias[o];
        for (int i = 0; i < inputs; i++) {
          sum += weight[o * inputs + i] * rows[row * inputs + i];
        }
        result[row * outputs + o] = sum;
      }
    }
    return result;
  }

  private static double[] norm(double[] rows, double[] gamma, double[] beta) {
    double[] result = new double[rows.length];
    for (int from = 0; from < rows.length; from += WIDTH) {
      double mean = 0;
      for (int i = 0; i < WIDTH; i++) {
        mean += rows[from + i] / WIDTH;
      }
      double variance = 0;
      for (int i = 0; i < WIDTH; i++) {
        variance += (rows[from + i] - mean) * (rows[from + i] - mean) / WIDTH;
      }
      for (int i = 0; i < WIDTH; i++) {
        result[from + i] =
            (rows[from + i] - mean) / Math.sqrt(variance + 1e-5) * gamma[i] + beta[i];
      }
    }
    return result;
  }

  private static double[] plus(double[] one, double[] other) {
    double[] sum = new double[one.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = one[i] + other[i];
    }
    return sum;
  }
}
