package io.mnestic.encoder.neural;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;

/**
 * Holds a block against a float64 computation of its own: the outputs, and the gradient of a random
 * weighted sum of them against finite differences of that computation.
 */
public final class AgainstReference {
  private static final double STEP = 1e-6;

  private AgainstReference() {}

  /** The block in float64: its outputs, row by row, of its parameters in the block's order. */
  @FunctionalInterface
  public interface Reference {
    double[] outputs(List<double[]> parameters);
  }

  /**
   * Checks values to 1e-5 and gradients to 1e-4.
   *
   * @param inputs as arrays of {@code manager}
   */
  public static void check(
      NDManager manager, Block block, NDList inputs, Reference reference, long seed) {
    block.initialize(
        manager, DataType.FLOAT32, inputs.stream().map(NDArray::getShape).toArray(Shape[]::new));
    SplittableRandom random = new SplittableRandom(seed);
    List<NDArray> arrays = new ArrayList<>();
    List<double[]> parameters = new ArrayList<>();
    for (int p = 0; p < block.getParameters().size(); p++) {
      NDArray array = block.getParameters().valueAt(p).getArray();
      float[] values = numbers(random, Math.toIntExact(array.size()));
      array.set(values);
      arrays.add(array);
      parameters.add(doubles(values));
    }
    double[] expected = reference.outputs(parameters);
    float[] weights = numbers(random, expected.length);
    List<float[]> outputs = new ArrayList<>();
    Gradients.Result result =
        Gradients.of(
            arrays,
            () -> {
              NDArray output =
                  block
                      .forward(new ParameterStore(manager, false), inputs, false)
                      .singletonOrThrow();
              outputs.add(output.toFloatArray());
              return output.mul(manager.create(weights, output.getShape())).sum();
            });
    assertThat(outputs.getFirst()).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) outputs.getFirst()[i])
          .as("output %d, seed %d", i, seed)
          .isCloseTo(expected[i], Offset.offset(1e-5));
    }
    for (int p = 0; p < parameters.size(); p++) {
      double[] parameter = parameters.get(p);
      for (int i = 0; i < parameter.length; i++) {
        double kept = parameter[i];
        parameter[i] = kept + STEP;
        double above = sum(weights, reference.outputs(parameters));
        parameter[i] = kept - STEP;
        double below = sum(weights, reference.outputs(parameters));
        parameter[i] = kept;
        assertThat((double) result.gradients().get(p)[i])
            .as("%s[%d], seed %d", block.getParameters().keyAt(p), i, seed)
            .isCloseTo((above - below) / (2 * STEP), Offset.offset(1e-4));
      }
    }
  }

  /** Numbers between -1 and 1. */
  public static float[] numbers(SplittableRandom random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return numbers;
  }

  /** The same numbers in float64. */
  public static double[] doubles(float[] numbers) {
    double[] doubles = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      doubles[i] = numbers[i];
    }
    return doubles;
  }

  private static double sum(float[] weights, double[] outputs) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * outputs[i];
    }
    return sum;
  }
}
