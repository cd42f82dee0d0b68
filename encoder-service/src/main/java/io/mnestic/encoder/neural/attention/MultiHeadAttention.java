package io.mnestic.encoder.neural.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention (Vaswani and others 2017, 3.2): for each head α = softmax(q kᵀ / √d) over
 * the keys and context = α v, with q, k and v projections of the inputs; the heads' contexts side
 * by side are projected back. One head is the attention layer.
 *
 * <p>Inputs: queries [batch, steps, width], memory [batch, keys, width], mask [batch, keys] with 1
 * for a key and 0 for padding. Output: [batch, steps, width]. All float32. Where the mask leaves no
 * key, each counts alike.
 */
final class MultiHeadAttention extends AbstractBlock {
  private static final float PADDING = -1e9f;

  private final int heads;
  private final int width;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  /** Attention of so many heads, each of {@code width / heads} numbers. */
  MultiHeadAttention(int heads, int width) {
    if (width % heads != 0) {
      throw new IllegalArgumentException(heads + " heads do not share " + width + " numbers");
    }
    this.heads = heads;
    this.width = width;
    query = addChildBlock("query", Linear.builder().setUnits(width).build());
    key = addChildBlock("key", Linear.builder().setUnits(width).build());
    value = addChildBlock("value", Linear.builder().setUnits(width).build());
    output = addChildBlock("output", Linear.builder().setUnits(width).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> options) {
    NDArray queries = inputs.get(0);
    NDArray memory = inputs.get(1);
    NDArray q = split(apply(query, store, queries, training));
    NDArray k = split(apply(key, store, memory, training));
    NDArray v = split(apply(value, store, memory, training));
    NDArray scores =
        q.matMul(k.transpose(0, 1, 3, 2)).div((float) Math.sqrt((double) width / heads));
    NDArray padding = inputs.get(2).mul(-1f).add(1f).mul(PADDING).expandDims(1).expandDims(1);
    NDArray context = scores.add(padding).softmax(3).matMul(v);
    return new NDList(
        apply(output, store, context.transpose(0, 2, 1, 3).reshape(queries.getShape()), training));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    query.initialize(manager, type, inputs[0]);
    key.initialize(manager, type, inputs[1]);
    value.initialize(manager, type, inputs[1]);
    output.initialize(manager, type, inputs[0]);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {inputs[0]};
  }

  /** [batch, steps, width] to [batch, heads, steps, width / heads]. */
  private NDArray split(NDArray projected) {
    Shape shape = projected.getShape();
    return projected
        .reshape(shape.get(0), shape.get(1), heads, width / heads)
        .transpose(0, 2, 1, 3);
  }

  private static NDArray apply(
      Linear linear, ParameterStore store, NDArray input, boolean training) {
    return linear.forward(store, new NDList(input), training).singletonOrThrow();
  }
}
