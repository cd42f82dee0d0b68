package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Output;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.Precision;
import io.mnestic.encoder.v1.TokenVectors;
import io.mnestic.encoder.v1.VectorFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How vectors are written, in which precision they are made, and the vectors of tokens. */
@TestInstance(Lifecycle.PER_CLASS)
class FormatsIT {
  private static final String TEXT = "The river froze over in the first week of January.";

  private RunningEncoder encoder;

  @BeforeAll
  void start() {
    encoder = RunningEncoder.start();
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void packedFloatsAreTheFloatsToTheLastBit() {
    List<Float> floats = encode(request()).getVectorList();
    Passage packed = encode(request().setFormat(VectorFormat.VECTOR_FORMAT_FLOAT32));
    assertThat(packed.getVectorList()).isEmpty();
    ByteBuffer bytes = bytes(packed);
    assertThat(bytes.remaining()).isEqualTo(384 * 4);
    for (float value : floats) {
      assertThat(bytes.getFloat()).isEqualTo(value);
    }
  }

  @Test
  void halvesAndEighthsAreTheNearestTheyCanBe() {
    List<Float> floats = encode(request()).getVectorList();
    ByteBuffer halves = bytes(encode(request().setFormat(VectorFormat.VECTOR_FORMAT_FLOAT16)));
    Passage int8 = encode(request().setFormat(VectorFormat.VECTOR_FORMAT_INT8));
    ByteBuffer steps = bytes(int8);
    assertThat(halves.remaining()).isEqualTo(384 * 2);
    assertThat(steps.remaining()).isEqualTo(384);
    for (float value : floats) {
      assertThat(Float.float16ToFloat(halves.getShort()))
          .isCloseTo(value, within(Math.abs(value) / 2048 + 1e-7f));
      assertThat(steps.get() * int8.getScale()).isCloseTo(value, within(int8.getScale() * 0.5001f));
    }
  }

  @Test
  void bitsSayWhichNumbersAreOverZero() {
    List<Float> floats = encode(request()).getVectorList();
    ByteBuffer bits = bytes(encode(request().setFormat(VectorFormat.VECTOR_FORMAT_BINARY)));
    assertThat(bits.remaining()).isEqualTo(48);
    for (int i = 0; i < 384; i++) {
      assertThat((bits.get(i / 8) >> (i % 8) & 1) == 1).isEqualTo(floats.get(i) > 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"PRECISION_FLOAT16,float16,0.99999", "PRECISION_INT8,int8,0.95"})
  void otherPrecisionsAreNearAndHaveARevisionOfTheirOwn(
      Precision precision, String name, double cosine) {
    EncodeResponse exact = encoder.stub().encode(request().build());
    EncodeResponse other = encoder.stub().encode(request().setPrecision(precision).build());
    assertThat(exact.getPrecision()).isEqualTo(Precision.PRECISION_FLOAT32);
    assertThat(other.getPrecision()).isEqualTo(precision);
    assertThat(other.getModelRevision()).isEqualTo(exact.getModelRevision() + "-" + name);
    List<Float> left = exact.getEncodings(0).getPassages(0).getVectorList();
    List<Float> right = other.getEncodings(0).getPassages(0).getVectorList();
    assertThat(dot(left, right)).isGreaterThan(cosine).isLessThan(1 + 1e-5);
    assertThat(left).isNotEqualTo(right);
  }

  @Test
  void tokenVectorsAreOfTheTextsOwnTokensInOrder() {
    String text = "Ice 😀 froze.";
    Passage plain = encode(request().clearTexts().addTexts(text));
    Passage passage =
        encode(request().clearTexts().addTexts(text).setOutput(Output.OUTPUT_TEXT_AND_TOKENS));
    assertThat(passage.getVectorList()).isEqualTo(plain.getVectorList());
    TokenVectors tokens = passage.getTokens();
    assertThat(tokens.getIdsCount()).isEqualTo(tokens.getStartsCount());
    assertThat(tokens.getStartsList()).startsWith(0, 4).endsWith(11);
    assertThat(tokens.getVectorsCount()).isEqualTo(tokens.getIdsCount() * 384);
    for (int i = 0; i < tokens.getIdsCount(); i++) {
      List<Float> vector = tokens.getVectorsList().subList(i * 384, (i + 1) * 384);
      assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
    }
    // The prompt of a query is read by the model, but its tokens are not the text's.
    TokenVectors query =
        encode(
                request()
                    .clearTexts()
                    .addTexts(text)
                    .setInputType(InputType.INPUT_TYPE_QUERY)
                    .setOutput(Output.OUTPUT_TOKENS))
            .getTokens();
    assertThat(query.getIdsList()).isEqualTo(tokens.getIdsList());
    assertThat(query.getVectorsList()).isNotEqualTo(tokens.getVectorsList());
  }

  @Test
  void tokenVectorsOfLongTextsComeByPassageAndPacked() {
    String text = "the river and the bank ".repeat(200);
    EncodeRequest.Builder request =
        request()
            .clearTexts()
            .addTexts(text)
            .setOverflow(Overflow.OVERFLOW_PASSAGES)
            .setOutput(Output.OUTPUT_TOKENS)
            .setFormat(VectorFormat.VECTOR_FORMAT_INT8);
    List<Passage> passages =
        encoder.stub().encode(request.build()).getEncodings(0).getPassagesList();
    assertThat(passages).hasSizeGreaterThan(1);
    for (Passage passage : passages) {
      TokenVectors tokens = passage.getTokens();
      assertThat(passage.getVectorList()).isEmpty();
      assertThat(tokens.getIdsCount()).isEqualTo(510);
      assertThat(tokens.getScalesCount()).isEqualTo(510);
      assertThat(tokens.getPacked().size()).isEqualTo(510 * 384);
      assertThat(tokens.getStarts(0)).isEqualTo(passage.getStartChar());
    }
  }

  @ParameterizedTest
  @CsvSource({"256,was not trained to have its vectors cut", "385,'has 384 dimensions, not 385'"})
  void dimensionsAModelDoesNotHaveAreRefused(int dimensions, String message) throws Exception {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> encoder.stub().encode(request().setDimensions(dimensions).build()));
    ErrorDetails.check(refused, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "dimensions");
    assertThat(refused).hasMessageContaining(message);
    assertThat(encode(request().setDimensions(384)).getVectorCount()).isEqualTo(384);
  }

  private Passage encode(EncodeRequest.Builder request) {
    return encoder.stub().encode(request.build()).getEncodings(0).getPassages(0);
  }

  private static EncodeRequest.Builder request() {
    return EncodeRequest.newBuilder().addTexts(TEXT);
  }

  private static ByteBuffer bytes(Passage passage) {
    return passage.getPacked().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static double dot(List<Float> left, List<Float> right) {
    double sum = 0;
    for (int i = 0; i < left.size(); i++) {
      sum += (double) left.get(i) * right.get(i);
    }
    return sum;
  }
}
