package io.mnestic.encoder.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.mnestic.encoder.folder.Family;
import io.mnestic.encoder.folder.ReferenceEncoder;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.tokens.Tokens;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The float64 reference that other families are held against is itself held against a peer. */
class ReferenceEncoderIT {
  private static final String WEIGHTS = "all-minilm-l6-v2.onnx";

  @TempDir Path folder;

  @Test
  void agreesWithOnnxRuntimeOnEveryToken() throws Exception {
    Path file = folder.resolve(WEIGHTS);
    Files.copy(resource(WEIGHTS), file);
    Map<String, float[]> read = new HashMap<>();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (FileChannel channel = FileChannel.open(file);
        TextTokenizer tokenizer = TextTokenizer.read(resource("all-minilm-l6-v2-tokenizer.json"));
        OrtSession session = environment.createSession(file.toString())) {
      OnnxWeights weights =
          OnnxWeights.read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
      ReferenceEncoder reference =
          new ReferenceEncoder(
              Family.BERT,
              6,
              12,
              384,
              1e-12,
              0,
              "",
              name -> read.computeIfAbsent(name, key -> floats(weights.values(key))));
      for (String text :
          List.of(
              "Memory",
              "The dog remembers Tokyo, naïvely.",
              "记忆 😀 antidisestablishmentarianism")) {
        int[] ids = framed(tokenizer, text);
        double[][] vectors = reference.tokenVectors(ids, new int[ids.length]);
        float[][] expected = run(environment, session, ids);
        for (int t = 0; t < ids.length; t++) {
          assertThat(cosine(vectors[t], expected[t]))
              .as("%s, token %d", text, t)
              .isGreaterThanOrEqualTo(0.999999);
          assertThat(norm(vectors[t]) / norm(doubles(expected[t]))).isBetween(0.9999, 1.0001);
        }
      }
    }
  }

  private static int[] framed(TextTokenizer tokenizer, String text) {
    Tokens tokens = tokenizer.tokenize(text);
    return IntStream.concat(
            IntStream.concat(
                IntStream.of(tokenizer.first()), Arrays.stream(tokens.ids(0, tokens.count()))),
            IntStream.of(tokenizer.last()))
        .toArray();
  }

  private static float[][] run(OrtEnvironment environment, OrtSession session, int[] ids)
      throws Exception {
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    long[] row = Arrays.stream(ids).asLongStream().toArray();
    try (OnnxTensor input = OnnxTensor.createTensor(environment, new long[][] {row});
        OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
        OnnxTensor types =
            OnnxTensor.createTensor(environment, new long[][] {new long[ids.length]});
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
      return ((float[][][]) result.get(0).getValue())[0];
    }
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static double cosine(double[] a, float[] b) {
    double product = IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    return product / norm(a) / norm(doubles(b));
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static double norm(double[] vector) {
    return Math.sqrt(Arrays.stream(vector).map(value -> value * value).sum());
  }

  private static InputStream resource(String name) {
    InputStream stream = ReferenceEncoderIT.class.getClassLoader().getResourceAsStream(name);
    assertThat(stream).isNotNull();
    return stream;
  }
}
