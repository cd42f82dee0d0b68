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
import io.mnestic.encoder.folder.FolderPooling;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A model in the memory of one device. Safe for many threads; each runs a batch of its own. */
public final class TorchModel implements AutoCloseable {
  private final Model model;
  private final Block block;
  private final Architecture architecture;
  private final Program program;

  TorchModel(Path archive, Architecture architecture, Program program, Device device)
      throws IOException, MalformedModelException {
    this.architecture = architecture;
    this.program = program;
    model = Model.newInstance(archive.getFileName().toString(), device, "PyTorch");
    try {
      model.load(archive);
      block = model.getBlock();
    } catch (IOException | MalformedModelException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** The device's name: {@code cpu} or {@code cuda:N}. */
  public String device() {
    return Devices.name(model.getNDManager().getDevice());
  }

  /**
   * Runs one batch; shorter inputs are padded.
   *
   * @param batch not empty
   * @return the model's answer to each, in order
   */
  public List<Output> run(List<Input> batch) {
    int columns = batch.stream().mapToInt(Input::length).max().orElseThrow();
    Shape shape = new Shape(batch.size(), columns);
    // Results attach to their inputs' manager, so closing it frees the whole batch.
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDList inputs = new NDList();
      for (Program.Tensor tensor : program.inputs()) {
        inputs.add(
            manager.create(
                switch (tensor) {
                  case IDS -> ids(batch, columns);
                  case MASK -> mask(batch, columns);
                  case SEGMENTS -> segments(batch, columns);
                },
                shape));
      }
      NDList outputs = block.forward(new ParameterStore(manager, false), inputs, false);
      return program.pooling() == FolderPooling.NONE
          ? withVectors(batch, outputs)
          : pooled(batch, outputs.get(0));
    }
  }

  @Override
  public void close() {
    model.close();
  }

  private List<Output> withVectors(List<Input> batch, NDList outputs) {
    float[] vectors = outputs.get(0).toFloatArray();
    int length = vectors.length / batch.size();
    List<Output> answers = new ArrayList<>(batch.size());
    for (int row = 0; row < batch.size(); row++) {
      boolean tokens = batch.get(row).tokens();
      if (tokens && !program.states()) {
        throw new UnsupportedOperationException(
            "the model's program gives no token vectors: describe one that does (pooling cls or mean)");
      }
      answers.add(
          new Output(
              Arrays.copyOfRange(vectors, row * length, (row + 1) * length),
              tokens ? tokens(outputs.get(1), row, batch.get(row).length()) : Output.NO_TOKENS));
    }
    return answers;
  }

  private List<Output> pooled(List<Input> batch, NDArray states) {
    List<Output> answers = new ArrayList<>(batch.size());
    for (int row = 0; row < batch.size(); row++) {
      float[][] tokens = tokens(states, row, batch.get(row).length());
      answers.add(
          new Output(
              program.pooling() == FolderPooling.CLS ? tokens[0].clone() : mean(tokens),
              batch.get(row).tokens() ? tokens : Output.NO_TOKENS));
    }
    return answers;
  }

  private static float[] mean(float[][] tokens) {
    float[] mean = new float[tokens[0].length];
    for (float[] token : tokens) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += token[i] / tokens.length;
      }
    }
    return mean;
  }

  private static LongBuffer mask(List<Input> batch, int columns) {
    LongBuffer mask = LongBuffer.allocate(batch.size() * columns);
    for (int row = 0; row < batch.size(); row++) {
      Arrays.fill(mask.array(), row * columns, row * columns + batch.get(row).length(), 1);
    }
    return mask;
  }

  private LongBuffer ids(List<Input> batch, int columns) {
    LongBuffer ids = LongBuffer.allocate(batch.size() * columns);
    Arrays.fill(ids.array(), architecture.paddingId());
    for (int row = 0; row < batch.size(); row++) {
      int[] sequence = batch.get(row).ids();
      for (int i = 0; i < sequence.length; i++) {
        ids.put(row * columns + i, sequence[i]);
      }
    }
    return ids;
  }

  private static LongBuffer segments(List<Input> batch, int columns) {
    LongBuffer segments = LongBuffer.allocate(batch.size() * columns);
    for (int row = 0; row < batch.size(); row++) {
      for (int i = batch.get(row).second(); i < batch.get(row).length(); i++) {
        segments.put(row * columns + i, 1);
      }
    }
    return segments;
  }

  private static float[][] tokens(NDArray states, int row, int count) {
    float[] values = states.get(row).toFloatArray();
    int length = (int) states.getShape().get(2);
    float[][] tokens = new float[count][];
    for (int i = 0; i < count; i++) {
      tokens[i] = Arrays.copyOfRange(values, i * length, (i + 1) * length);
    }
    return tokens;
  }
}
