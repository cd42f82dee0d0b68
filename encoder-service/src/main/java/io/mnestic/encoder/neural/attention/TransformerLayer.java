package io.mnestic.encoder.neural.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * The Transformer's encoder layer with the norm behind each part (Vaswani and others 2017, 3.1): a
 * = norm(x + dropout(attention(x, x))), y = norm(a + dropout(W₂ relu(W₁ a + b₁) + b₂)).
 *
 * <p>Inputs: x [batch, steps, width], mask [batch, steps] with 1 for a step and 0 for padding.
 * Output: [batch, steps, width]. All float32.
 */
final class TransformerLayer extends AbstractBlock {
  private final MultiHeadAttention attention;
  private final LayerNorm attentionNorm;
  private final Linear inner;
  private final Linear outer;
  private final LayerNorm norm;
  private final Dropout dropout;

  /**
   * A layer.
   *
   * @param innerWidth width between the two linear layers
   * @param dropoutRate share of numbers that training sets to 0, 0 to 1
   */
  TransformerLayer(int heads, int width, int innerWidth, float dropoutRate) {
    attention = addChildBlock("attention", new MultiHeadAttention(heads, width));
    attentionNorm = addChildBlock("attentionNorm", LayerNorm.builder().axis(2).build());
    inner = addChildBlock("inner", Linear.builder().setUnits(innerWidth).build());
    outer = addChildBlock("outer", Linear.builder().setUnits(width).build());
    norm = addChildBlock("norm", LayerNorm.builder().axis(2).build());
    dropout = addChildBlock("dropout", Dropout.builder().optRate(dropoutRate).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> options) {
    NDArray x = inputs.get(0);
    NDArray attended =
        attention.forward(store, new NDList(x, x, inputs.get(1)), training).singletonOrThrow();
    NDArray a =
        apply(attentionNorm, store, x.add(apply(dropout, store, attended, training)), training);
    NDArray fed = apply(outer, store, Activation.relu(apply(inner, store, a, training)), training);
    return new NDList(apply(norm, store, a.add(apply(dropout, store, fed, training)), training));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    Shape x = inputs[0];
    attention.initialize(manager, type, x, x, inputs[1]);
    attentionNorm.initialize(manager, type, x);
    inner.initialize(manager, type, x);
    outer.initialize(manager, type, inner.getOutputShapes(new Shape[] {x})[0]);
    norm.initialize(manager, type, x);
    dropout.initialize(manager, type, x);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {inputs[0]};
  }

  private static NDArray apply(Block block, ParameterStore store, NDArray input, boolean training) {
    return block.forward(store, new NDList(input), training).singletonOrThrow();
  }
}
