package io.mnestic.encoder.neural.reader;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.mnestic.encoder.neural.Gradients;
import java.util.List;

/**
 * J(θ) = (Σ α γ^age L(θ) + λ ‖θ − θ₀‖²) / n: what was said, the older the less, and closeness to
 * the version before, so that a head learns without forgetting at once what it knew. L of a recall
 * is the cross-entropy of the softmax over its memories' scores with the memories that helped
 * (ListNet, Cao and others 2007).
 */
final class Objective {
  private final NDManager engine;
  private final NDArray vectors;
  private final Head base;
  private final double lambda;

  /**
   * An objective.
   *
   * @param engine holds the vectors; what a call makes is freed before it returns
   * @param vectors [count, dimensions], row by row
   * @param lambda λ / n
   * @param base θ₀
   */
  Objective(NDManager engine, float[] vectors, Head base, double lambda) {
    this.engine = engine;
    this.vectors =
        engine.create(
            vectors,
            new Shape(
                base.dimensions() == 0 ? 0 : vectors.length / base.dimensions(),
                base.dimensions()));
    this.base = base;
    this.lambda = lambda;
  }

  /** J over a batch, and its gradient in the order of the weights. */
  Value at(Head head, List<Example> examples) {
    try (NDManager manager = engine.newSubManager()) {
      Batch batch = Batch.of(manager, head, examples);
      ReadHeadBlock block = new ReadHeadBlock(manager, head);
      List<NDArray> before = new ReadHeadBlock(manager, base).arrays();
      List<NDArray> arrays = block.arrays();
      Gradients.Result result =
          Gradients.of(
              arrays,
              () -> {
                NDArray loss = loss(block, batch);
                // τ is last, and no part of what a head says.
                for (int i = 0; i < arrays.size() - 1; i++) {
                  loss =
                      loss.add(arrays.get(i).sub(before.get(i)).square().sum().mul((float) lambda));
                }
                return loss;
              });
      return new Value(result.value(), flat(result.gradients(), head.weights().length));
    }
  }

  private NDArray loss(ReadHeadBlock block, Batch batch) {
    NDArray scores = block.scores(batch.queries(), batch.laneScores(), vectors, batch.places());
    return block
        .sharpened(scores)
        .add(batch.padding())
        .logSoftmax(1)
        .mul(batch.targets())
        .sum()
        .neg();
  }

  private static float[] flat(List<float[]> parts, int length) {
    float[] flat = new float[length];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, flat, at, part.length);
      at += part.length;
    }
    return flat;
  }

  /**
   * J and its gradient.
   *
   * @param loss J
   * @param gradient as long as the weights
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody changes or compares them.
  record Value(float loss, float[] gradient) {}
}
