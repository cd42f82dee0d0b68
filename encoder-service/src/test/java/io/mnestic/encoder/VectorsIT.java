package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.InputType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each model's vectors: as ONNX Runtime computes them, and the same in every batch. */
@TestInstance(Lifecycle.PER_CLASS)
class VectorsIT {
  private static final long SEED = 20_261_122;

  private RunningEncoder encoder;

  @BeforeAll
  void start() {
    encoder = RunningEncoder.start();
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @ParameterizedTest
  @EnumSource
  void agreeWithOnnxRuntime(PublishedModel model, @TempDir Path folder) throws Exception {
    List<String> texts = new VariedTexts(SEED).all();
    assertThat(texts).hasSize(200);
    List<Encoding> encodings = encode(model, InputType.INPUT_TYPE_DOCUMENT, texts);
    try (OnnxReference reference = new OnnxReference(model, folder)) {
      for (int i = 0; i < texts.size(); i++) {
        long[] ids = reference.ids(texts.get(i));
        Encoding encoding = encodings.get(i);
        assertThat(encoding.getTokensUsed()).as("tokens of text %d", i).isEqualTo(ids.length);
        List<Float> vector = encoding.getPassages(0).getVectorList();
        assertThat(vector).hasSize(model.dimensions);
        assertThat(norm(vector)).isBetween(1 - 1e-5, 1 + 1e-5);
        assertThat(dot(vector, reference.vector(ids)))
            .as("cosine of text %d: %s", i, texts.get(i).substring(0, 1))
            .isGreaterThanOrEqualTo(0.9999);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aQueryIsItsPromptAndItsText(PublishedModel model) {
    String text = "who has seen the river?";
    Encoding query = encode(model, InputType.INPUT_TYPE_QUERY, List.of(text)).getFirst();
    Encoding spelled =
        encode(model, InputType.INPUT_TYPE_DOCUMENT, List.of(model.queryPrompt + text)).getFirst();
    assertThat(query.getTokensUsed()).isEqualTo(spelled.getTokensUsed());
    assertThat(furthest(query, spelled)).isLessThanOrEqualTo(1e-6);
    assertThat(query.getPassages(0).getEndChar()).isEqualTo(text.length());
  }

  @ParameterizedTest
  @EnumSource
  void areTheSameAloneInAnyBatchAndInAnyOrder(PublishedModel model) {
    VariedTexts varied = new VariedTexts(SEED + 1);
    List<String> texts = new ArrayList<>();
    for (int words = 1; words <= 41; words += 2) {
      texts.add(varied.words(words));
    }
    texts.add(varied.words(300));
    List<Encoding> together = encode(model, InputType.INPUT_TYPE_DOCUMENT, texts);
    List<Encoding> backwards = encode(model, InputType.INPUT_TYPE_DOCUMENT, texts.reversed());
    double worst = 0;
    for (int i = 0; i < texts.size(); i++) {
      Encoding alone =
          encode(model, InputType.INPUT_TYPE_DOCUMENT, List.of(texts.get(i))).getFirst();
      worst = Math.max(worst, furthest(alone, together.get(i)));
      worst = Math.max(worst, furthest(alone, backwards.get(texts.size() - 1 - i)));
    }
    assertThat(worst).isLessThanOrEqualTo(1e-6);
  }

  private List<Encoding> encode(PublishedModel model, InputType type, List<String> texts) {
    return encoder
        .stub()
        .encode(
            EncodeRequest.newBuilder()
                .setModel(model.id)
                .setInputType(type)
                .addAllTexts(texts)
                .build())
        .getEncodingsList();
  }

  private static double furthest(Encoding left, Encoding right) {
    List<Float> a = left.getPassages(0).getVectorList();
    List<Float> b = right.getPassages(0).getVectorList();
    return IntStream.range(0, a.size())
        .mapToDouble(i -> Math.abs(a.get(i) - b.get(i)))
        .max()
        .orElseThrow();
  }

  private static double norm(List<Float> vector) {
    return Math.sqrt(vector.stream().mapToDouble(value -> (double) value * value).sum());
  }

  private static double dot(List<Float> vector, double[] reference) {
    return IntStream.range(0, reference.length).mapToDouble(i -> vector.get(i) * reference[i]).sum()
        / norm(vector);
  }
}
