package io.mnestic.encoder.neural.reader;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The read head: s(q, m, l) = (w + Gᵀ q) · l + 5 p · m. Lane weights that the query moves (gated as
 * a mixture of experts is, Jacobs and others 1991), and what a memory is worth whatever is asked.
 * The 5 lets one λ hold all weights: a unit vector has numbers of some 0.05, lane scores of some 1.
 *
 * <p>Parameters: w [lanes], G [dimensions, lanes], p [dimensions], ln τ [1], by which training
 * makes scores the logarithms of odds, so that w need not. Inputs: queries [recalls, dimensions],
 * lane scores [recalls, memories, lanes], vectors [count, dimensions], places [recalls, memories]
 * of each memory's vector, int64. Output: scores [recalls, memories]. All but places float32.
 */
final class ReadHeadBlock extends AbstractBlock {
  private static final int PRIOR_SCALE = 5;

  private final Parameter lanes;
  private final @Nullable Parameter gate;
  private final @Nullable Parameter prior;
  private final Parameter sharpness;

  /** A head with its weights as arrays of a manager; free with it. */
  ReadHeadBlock(NDManager manager, Head head) {
    int count = head.lanes().size();
    int dimensions = head.dimensions();
    int gateEnd = count * (1 + dimensions);
    float[] weights = head.weights();
    lanes =
        addParameter(
            parameter("lanes", manager.create(Arrays.copyOf(weights, count), new Shape(count))));
    sharpness =
        parameter(
            "sharpness", manager.create(new float[] {weights[weights.length - 1]}, new Shape(1)));
    if (dimensions == 0) {
      addParameter(sharpness);
      gate = null;
      prior = null;
      return;
    }
    gate =
        addParameter(
            parameter(
                "gate",
                manager.create(
                    Arrays.copyOfRange(weights, count, gateEnd), new Shape(dimensions, count))));
    prior =
        addParameter(
            parameter(
                "prior",
                manager.create(
                    Arrays.copyOfRange(weights, gateEnd, gateEnd + dimensions),
                    new Shape(dimensions, 1))));
    addParameter(sharpness);
  }

  /** Its weights in the order of {@link Head#weights}. */
  List<NDArray> arrays() {
    return gate == null || prior == null
        ? List.of(lanes.getArray(), sharpness.getArray())
        : List.of(lanes.getArray(), gate.getArray(), prior.getArray(), sharpness.getArray());
  }

  /** Scores times τ, [recalls, memories]. */
  NDArray sharpened(NDArray scores) {
    return scores.mul(sharpness.getArray().exp());
  }

  /** Scores [recalls, memories]. */
  NDArray scores(NDArray queries, NDArray laneScores, NDArray vectors, NDArray places) {
    return forward(
            new ParameterStore(queries.getManager(), false),
            new NDList(queries, laneScores, vectors, places),
            false)
        .singletonOrThrow();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> options) {
    NDArray queries = inputs.get(0);
    NDArray laneScores = inputs.get(1);
    NDArray weights = store.getValue(lanes, queries.getDevice(), training).expandDims(0);
    if (gate == null || prior == null) {
      return new NDList(laneScores.mul(weights.expandDims(1)).sum(new int[] {2}));
    }
    weights = weights.add(queries.dot(store.getValue(gate, queries.getDevice(), training)));
    NDArray fused = laneScores.mul(weights.expandDims(1)).sum(new int[] {2});
    NDArray worth =
        inputs
            .get(2)
            .dot(store.getValue(prior, queries.getDevice(), training))
            .reshape(-1)
            .take(inputs.get(3));
    return new NDList(fused.add(worth.mul(PRIOR_SCALE)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {new Shape(inputs[1].get(0), inputs[1].get(1))};
  }

  private static Parameter parameter(String name, NDArray array) {
    return Parameter.builder().setName(name).setType(Parameter.Type.WEIGHT).optArray(array).build();
  }
}
