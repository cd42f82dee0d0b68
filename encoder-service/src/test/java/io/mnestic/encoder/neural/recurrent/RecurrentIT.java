package io.mnestic.encoder.neural.recurrent;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.micronaut.context.ApplicationContext;
import io.mnestic.encoder.model.TorchEngine;
import io.mnestic.encoder.neural.AgainstReference;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Recurrent networks on real PyTorch, against float64 written from the papers' formulas. */
@TestInstance(Lifecycle.PER_CLASS)
class RecurrentIT {
  private static final int BATCH = 2;
  private static final int STEPS = 4;
  private static final int INPUTS = 3;
  private static final int STATE = 3;
  private static final int OUTPUTS = 2;

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

  @ParameterizedTest
  @EnumSource(Cell.class)
  void eachCellIsThatOfItsFormula(Cell cell) {
    for (long seed = 1; seed <= 3; seed++) {
      try (NDManager manager = engine.arrays()) {
        float[] x = AgainstReference.numbers(new SplittableRandom(seed), BATCH * STEPS * INPUTS);
        AgainstReference.check(
            manager,
            new SequenceReader(cell, STATE, OUTPUTS),
            new NDList(manager.create(x, new Shape(BATCH, STEPS, INPUTS))),
            parameters -> outputs(cell, AgainstReference.doubles(x), parameters),
            seed);
      }
    }
  }

  private static double[] outputs(Cell cell, double[] x, List<double[]> p) {
    double[] result = new double[BATCH * OUTPUTS];
    for (int b = 0; b < BATCH; b++) {
      double[] h = new double[STATE];
      double[] c = new double[STATE];
      for (int t = 0; t < STEPS; t++) {
        double[] input =
            java.util.Arrays.copyOfRange(x, (b * STEPS + t) * INPUTS, (b * STEPS + t + 1) * INPUTS);
        double[] fromInput = linear(p.get(0), p.get(2), input);
        double[] fromState = linear(p.get(1), p.get(3), h);
        double[] next = new double[STATE];
        for (int s = 0; s < STATE; s++) {
          switch (cell) {
            case LSTM -> {
              double i = sigmoid(fromInput[s] + fromState[s]);
              double f = sigmoid(fromInput[STATE + s] + fromState[STATE + s]);
              double g = Math.tanh(fromInput[2 * STATE + s] + fromState[2 * STATE + s]);
              double o = sigmoid(fromInput[3 * STATE + s] + fromState[3 * STATE + s]);
              c[s] = f * c[s] + i * g;
              next[s] = o * Math.tanh(c[s]);
            }
            case GRU -> {
              double r = sigmoid(fromInput[s] + fromState[s]);
              double z = sigmoid(fromInput[STATE + s] + fromState[STATE + s]);
              double n = Math.tanh(fromInput[2 * STATE + s] + r * fromState[2 * STATE + s]);
              next[s] = (1 - z) * n + z * h[s];
            }
            case PLAIN -> next[s] = Math.tanh(fromInput[s] + fromState[s]);
          }
        }
        h = next;
      }
      System.arraycopy(linear(p.get(4), p.get(5), h), 0, result, b * OUTPUTS, OUTPUTS);
    }
    return result;
  }

  private static double[] linear(double[] weight, double[] bias, double[] input) {
    double[] result = bias.clone();
    for (int o = 0; o < bias.length; o++) {
      for (int i = 0; i < input.length; i++) {
        result[o] += weight[o * input.length + i] * input[i];
      }
    }
    return result;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
