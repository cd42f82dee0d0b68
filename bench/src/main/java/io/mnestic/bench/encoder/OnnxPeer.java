package io.mnestic.bench.encoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The model on ONNX Runtime in this process, on all cores: how many it takes by itself depends on
 * what it can see of the machine.
 */
final class OnnxPeer implements AutoCloseable {
  private final PeerModel model;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxPeer(PeerModel model) {
    this.model = model;
    try {
      // By file: as an array the weights would be on the heap, twice.
      Path file = Files.createTempFile("mnestic-", ".onnx");
      try (InputStream weights = model.weights();
          OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
        Files.copy(weights, file, StandardCopyOption.REPLACE_EXISTING);
        session = environment.createSession(file.toString(), options);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the weights of " + model.id(), e);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime can not load " + model.id(), e);
    }
  }

  String version() {
    return environment.getVersion();
  }

  /** Unit vectors of all texts in their order, batch by batch. */
  float[][] encode(List<Text> texts, List<int[]> batches) {
    float[][] vectors = new float[texts.size()][];
    for (int[] batch : batches) {
      long[][] ids = Arrays.stream(batch).mapToObj(i -> texts.get(i).ids()).toArray(long[][]::new);
      float[][] encoded = encode(ids);
      for (int i = 0; i < batch.length; i++) {
        vectors[batch[i]] = encoded[i];
      }
    }
    return vectors;
  }

  /** Unit vectors of the sequences of one batch, padded to the longest. */
  float[][] encode(long[][] sequences) {
    int length = Arrays.stream(sequences).mapToInt(ids -> ids.length).max().orElseThrow();
    long[] ids = new long[sequences.length * length];
    long[] mask = new long[ids.length];
    for (int i = 0; i < sequences.length; i++) {
      System.arraycopy(sequences[i], 0, ids, i * length, sequences[i].length);
      Arrays.fill(mask, i * length, i * length + sequences[i].length, 1);
    }
    long[] shape = {sequences.length, length};
    try (OnnxTensor input = tensor(ids, shape);
        OnnxTensor attention = tensor(mask, shape);
        OnnxTensor segments = tensor(new long[ids.length], shape);
        OrtSession.Result result =
            session.run(
                Map.of(
                    "input_ids", input, "attention_mask", attention, "token_type_ids", segments))) {
      FloatBuffer states = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[][] vectors = new float[sequences.length][];
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = pooled(states, i * length, sequences[i].length);
      }
      return vectors;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed", e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("can not close ONNX Runtime's session", e);
    }
  }

  private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private float[] pooled(FloatBuffer states, int firstRow, int length) {
    int dimensions = model.dimensions();
    int rows = model.isFirstTokenPooled() ? 1 : length;
    float[] vector = new float[dimensions];
    for (int row = 0; row < rows; row++) {
      int offset = (firstRow + row) * dimensions;
      for (int i = 0; i < dimensions; i++) {
        vector[i] += states.get(offset + i);
      }
    }
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float norm = (float) Math.sqrt(squares);
    for (int i = 0; i < dimensions; i++) {
      vector[i] /= norm;
    }
    return vector;
  }
}
