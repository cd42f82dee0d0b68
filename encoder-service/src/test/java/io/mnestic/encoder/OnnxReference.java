package io.mnestic.encoder;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.mnestic.encoder.v1.Pooling;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * A model as ONNX Runtime and the tokenizer's own truncation have it: nothing of the service's
 * code.
 */
final class OnnxReference implements AutoCloseable {
  private final Pooling pooling;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final HuggingFaceTokenizer tokenizer;

  OnnxReference(PublishedModel model, Path folder) throws Exception {
    pooling = model.pooling;
    String files = model.id.toLowerCase(Locale.ROOT);
    Path onnx = folder.resolve(files + ".onnx");
    try (InputStream weights = resource(files + ".onnx")) {
      Files.copy(weights, onnx, StandardCopyOption.REPLACE_EXISTING);
    }
    session = environment.createSession(onnx.toString());
    try (InputStream json = resource(files + "-tokenizer.json")) {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              json,
              Map.of(
                  "truncation", "true",
                  "padding", "false",
                  "maxLength", String.valueOf(model.maxTokens)));
    }
  }

  /** Ids with special tokens, cut at the model's limit. */
  long[] ids(String text) {
    return tokenizer.encode(text).getIds();
  }

  double[] vector(long[] ids) throws Exception {
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    try (OnnxTensor input = tensor(ids);
        OnnxTensor mask = tensor(ones);
        OnnxTensor segments = tensor(new long[ids.length]);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", segments))) {
      float[][] tokens = ((float[][][]) result.get(0).getValue())[0];
      return normalised(pooling == Pooling.POOLING_CLS ? tokens[0] : mean(tokens));
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokenizer.close();
  }

  private OnnxTensor tensor(long[] row) throws Exception {
    return OnnxTensor.createTensor(environment, new long[][] {row});
  }

  private static float[] mean(float[][] tokens) {
    float[] mean = new float[tokens[0].length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (float[] token : tokens) {
        sum += token[i];
      }
      mean[i] = (float) (sum / tokens.length);
    }
    return mean;
  }

  private static double[] normalised(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double[] unit = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      unit[i] = vector[i] / Math.sqrt(squares);
    }
    return unit;
  }

  private static InputStream resource(String name) {
    InputStream stream = OnnxReference.class.getClassLoader().getResourceAsStream(name);
    if (stream == null) {
      throw new IllegalStateException(name + " is not on the class path");
    }
    return stream;
  }
}
