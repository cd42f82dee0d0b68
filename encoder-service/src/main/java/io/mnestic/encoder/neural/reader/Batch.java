package io.mnestic.encoder.neural.reader;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Examples as arrays; recalls with fewer memories than the largest are padded.
 *
 * @param queries [recalls, dimensions]
 * @param laneScores [recalls, memories, lanes]
 * @param places [recalls, memories] of their vectors, int64
 * @param padding [recalls, memories]: 0, or a number that no score brings back
 * @param targets [recalls, memories]: an example's weight over the batch size, shared by the
 *     memories that helped
 */
record Batch(
    NDArray queries, NDArray laneScores, NDArray places, NDArray padding, NDArray targets) {
  private static final float NOT_THERE = -1e9f;

  static Batch of(NDManager manager, Head head, List<Example> examples) {
    int lanes = head.lanes().size();
    int recalls = examples.size();
    int memories = examples.stream().mapToInt(Example::memories).max().orElseThrow();
    float[] queries = new float[recalls * head.dimensions()];
    float[] laneScores = new float[recalls * memories * lanes];
    long[] places = new long[recalls * memories];
    float[] padding = new float[recalls * memories];
    float[] targets = new float[recalls * memories];
    for (int r = 0; r < recalls; r++) {
      Example example = examples.get(r);
      System.arraycopy(example.query(), 0, queries, r * head.dimensions(), head.dimensions());
      System.arraycopy(
          example.laneScores(), 0, laneScores, r * memories * lanes, example.laneScores().length);
      int helped = 0;
      for (boolean one : example.helped()) {
        helped += one ? 1 : 0;
      }
      for (int m = 0; m < memories; m++) {
        boolean there = m < example.memories();
        padding[r * memories + m] = there ? 0 : NOT_THERE;
        places[r * memories + m] = there ? example.vectors()[m] : 0;
        if (there && example.helped()[m]) {
          targets[r * memories + m] = (float) (example.weight() / helped / recalls);
        }
      }
    }
    return new Batch(
        manager.create(queries, new Shape(recalls, head.dimensions())),
        manager.create(laneScores, new Shape(recalls, memories, lanes)),
        manager.create(places, new Shape(recalls, memories)),
        manager.create(padding, new Shape(recalls, memories)),
        manager.create(targets, new Shape(recalls, memories)));
  }
}
