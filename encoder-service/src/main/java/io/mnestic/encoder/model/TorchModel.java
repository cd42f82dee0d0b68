package io.mnestic.encoder.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;

/** A model in memory. One thread at a time. */
public final class TorchModel implements AutoCloseable {
  private final Model model;
  private final Block block;

  TorchModel(Path archive, Device device) throws IOException, MalformedModelException {
    model = Model.newInstance(archive.getFileName().toString(), device, "PyTorch");
    try {
      model.load(archive);
      block = model.getBlock();
    } catch (IOException | MalformedModelException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * Runs one batch.
   *
   * @param sequences token ids with special tokens, each at least one and none over the model's
   *     limit; shorter ones are padded with 0
   * @return a unit vector for each, in order
   */
  public float[][] encode(List<int[]> sequences) {
    int columns = sequences.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    LongBuffer ids = LongBuffer.allocate(sequences.size() * columns);
    for (int row = 0; row < sequences.size(); row++) {
      ids.position(row * columns);
      for (int id : sequences.get(row)) {
        ids.put(id);
      }
    }
    ids.rewind();
    // Results attach to their inputs' manager, so closing it frees the whole batch.
    try (NDManager batch = model.getNDManager().newSubManager()) {
      NDArray input = batch.create(ids, new Shape(sequences.size(), columns));
      NDList output = block.forward(new ParameterStore(batch, false), new NDList(input), false);
      return rows(output.singletonOrThrow().toFloatArray(), sequences.size());
    }
  }

  @Override
  public void close() {
    model.close();
  }

  private static float[][] rows(float[] values, int count) {
    int length = values.length / count;
    float[][] rows = new float[count][length];
    for (int row = 0; row < count; row++) {
      System.arraycopy(values, row * length, rows[row], 0, length);
    }
    return rows;
  }
}
