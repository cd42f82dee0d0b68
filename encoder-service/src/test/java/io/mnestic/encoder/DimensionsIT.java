package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.folder.Family;
import io.mnestic.encoder.folder.FolderPooling;
import io.mnestic.encoder.folder.RandomModel;
import io.mnestic.encoder.folder.ReferenceEncoder;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Output;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.TokenVectors;
import io.mnestic.encoder.v1.VectorFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors cut to fewer dimensions, of a model that was trained for it. */
@TestInstance(Lifecycle.PER_CLASS)
class DimensionsIT {
  private static final long SEED = 20_261_125;
  private static final String TEXT = "the dog remembers the river";

  private RunningEncoder encoder;
  private double[] whole;
  private double[][] tokens;

  @BeforeAll
  void start(@TempDir Path models) throws Exception {
    RandomModel model = new RandomModel(Family.BERT, 0, SEED);
    model.write(models.resolve("nested"));
    model.writeSentenceFiles(models.resolve("nested"), FolderPooling.MEAN);
    encoder = RunningEncoder.start(Map.of("mnestic.encoder.models-dir", models));
    ReferenceEncoder reference = ReferenceEncoder.of(model);
    try (TextTokenizer tokenizer = Expected.tokenizer(models.resolve("nested"))) {
      int[] prompt = Expected.tokens(tokenizer, "passage: ");
      int[] ids = Expected.framed(tokenizer, prompt, Expected.tokens(tokenizer, TEXT));
      whole = reference.vector(ids, FolderPooling.MEAN);
      tokens =
          Arrays.copyOfRange(
              reference.tokenVectors(ids, new int[ids.length]), 1 + prompt.length, ids.length - 1);
    }
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void theModelSaysThatItCanBe() {
    assertThat(encoder.model("nested").getTruncatable()).isTrue();
    assertThat(encoder.model("bge-small-en-v1.5").getTruncatable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 16, 8, 5})
  void floatsAreTheLeadingOnesAsAUnitVector(int dimensions) {
    EncodeResponse response = encode(dimensions, VectorFormat.VECTOR_FORMAT_FLOATS);
    assertThat(response.getDimensions()).isEqualTo(dimensions);
    Passage passage = passage(response);
    Expected.near(passage.getVectorList(), cut(whole, dimensions));
    TokenVectors own = passage.getTokens();
    assertThat(own.getVectorsCount()).isEqualTo(tokens.length * dimensions);
    for (int i = 0; i < tokens.length; i++) {
      Expected.near(
          own.getVectorsList().subList(i * dimensions, (i + 1) * dimensions),
          cut(tokens[i], dimensions));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 5})
  void packedFloatsAndHalvesAreTheSame(int dimensions) {
    Passage exact = passage(encode(dimensions, VectorFormat.VECTOR_FORMAT_FLOATS));
    Passage floats = passage(encode(dimensions, VectorFormat.VECTOR_FORMAT_FLOAT32));
    Passage halves = passage(encode(dimensions, VectorFormat.VECTOR_FORMAT_FLOAT16));
    assertThat(floats.getPacked().size()).isEqualTo(dimensions * 4);
    assertThat(halves.getPacked().size()).isEqualTo(dimensions * 2);
    assertThat(halves.getTokens().getPacked().size()).isEqualTo(tokens.length * dimensions * 2);
    ByteBuffer single = bytes(floats);
    ByteBuffer half = bytes(halves);
    for (float value : exact.getVectorList()) {
      assertThat(single.getFloat()).isEqualTo(value);
      assertThat(Float.float16ToFloat(half.getShort())).isCloseTo(value, within(1e-3f));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 5})
  void stepsAndBitsAreOfTheCutVector(int dimensions) {
    double[] expected = cut(whole, dimensions);
    Passage steps = passage(encode(dimensions, VectorFormat.VECTOR_FORMAT_INT8));
    Passage bits = passage(encode(dimensions, VectorFormat.VECTOR_FORMAT_BINARY));
    assertThat(steps.getPacked().size()).isEqualTo(dimensions);
    assertThat(steps.getTokens().getScalesCount()).isEqualTo(tokens.length);
    assertThat(bits.getPacked().size()).isEqualTo((dimensions + 7) / 8);
    assertThat(bits.getTokens().getPacked().size())
        .as("each token's bits begin at a whole byte")
        .isEqualTo(tokens.length * ((dimensions + 7) / 8));
    // The largest of the numbers that are left has the last step.
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat((double) steps.getScale()).isCloseTo(largest / 127, within(1e-6));
    ByteBuffer step = bytes(steps);
    ByteBuffer bit = bytes(bits);
    for (int i = 0; i < dimensions; i++) {
      assertThat((double) step.get() * steps.getScale())
          .isCloseTo(expected[i], within(steps.getScale() * 0.51));
      assertThat((bit.get(i / 8) >> (i % 8) & 1) == 1).isEqualTo(expected[i] > 0);
    }
    int unused = bits.getPacked().size() * 8 - dimensions;
    assertThat((bit.get(bits.getPacked().size() - 1) & 0xff) >> (8 - unused)).isZero();
  }

  @Test
  void moreThanItHasAreRefused() throws Exception {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> encode(RandomModel.HIDDEN + 1, VectorFormat.VECTOR_FORMAT_INT8));
    ErrorDetails.check(refused, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "dimensions");
    assertThat(refused).hasMessageContaining("has 32 dimensions, not 33");
  }

  private EncodeResponse encode(int dimensions, VectorFormat format) {
    return encoder
        .stub()
        .encode(
            EncodeRequest.newBuilder()
                .setModel("nested")
                .addTexts(TEXT)
                .setDimensions(dimensions)
                .setFormat(format)
                .setOutput(Output.OUTPUT_TEXT_AND_TOKENS)
                .build());
  }

  private static Passage passage(EncodeResponse response) {
    return response.getEncodings(0).getPassages(0);
  }

  private static ByteBuffer bytes(Passage passage) {
    return passage.getPacked().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static double[] cut(double[] vector, int dimensions) {
    return Expected.unit(Arrays.copyOf(vector, dimensions));
  }
}
