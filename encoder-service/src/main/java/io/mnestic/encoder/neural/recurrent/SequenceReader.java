package io.mnestic.encoder.neural.recurrent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.RecurrentBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sequence and says something of it: y = V h_T + b of the last state of a recurrent layer.
 *
 * <p>Input: [batch, steps, inputs]. Output: [batch, outputs]. All float32.
 */
final class SequenceReader extends AbstractBlock {
  private final RecurrentBlock layer;
  private final Linear output;
  private final int outputs;

  SequenceReader(Cell cell, int state, int outputs) {
    this.outputs = outputs;
    layer = addChildBlock("layer", cell.block(state));
    output = addChildBlock("output", Linear.builder().setUnits(outputs).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> options) {
    NDArray states = layer.forward(store, inputs, training).head();
    NDArray last = states.get(":, -1, :");
    return output.forward(store, new NDList(last), training);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    layer.initialize(manager, type, inputs);
    Shape states = layer.getOutputShapes(inputs)[0];
    output.initialize(manager, type, new Shape(states.get(0), states.get(2)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {new Shape(inputs[0].get(0), outputs)};
  }
}
