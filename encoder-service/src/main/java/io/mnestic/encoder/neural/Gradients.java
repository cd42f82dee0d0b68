package io.mnestic.encoder.neural;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Derivatives by PyTorch's autograd. DJL allows one collector in the process, so trainings take
 * turns step by step. Whether a thread collects is kept by the system's thread, so a virtual thread
 * may not call this: it could go on on another one.
 */
public final class Gradients {
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private Gradients() {}

  /**
   * Computes a scalar and what each array adds to it.
   *
   * @param arrays that the scalar is made from, of any shape; they must not have been used in
   *     another computation yet
   * @param scalar makes an array of one number
   */
  public static Result of(List<NDArray> arrays, Supplier<NDArray> scalar) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("gradients want a thread of the system's");
    }
    arrays.forEach(array -> array.setRequiresGradient(true));
    NDArray value;
    ONE_AT_A_TIME.lock();
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      value = scalar.get();
      collector.backward(value);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
    return new Result(
        value.getFloat(),
        arrays.stream()
            .map(array -> {
              // The gradient's array would stay with the array's manager.
              try (NDArray gradient = array.getGradient()) {
                return gradient.toFloatArray();
              }
            })
            .toList());
  }

  /**
   * A scalar and its derivatives.
   *
   * @param value the scalar
   * @param gradients one for each array, its numbers row by row
   */
  public record Result(float value, List<float[]> gradients) {}
}
