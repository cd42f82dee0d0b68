package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mnestic.encoder.folder.Family;
import io.mnestic.encoder.folder.RandomModel;
import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import io.mnestic.encoder.v1.RerankedDocument;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of nothing but control characters, which most tokenizers drop: they are texts like any. */
@TestInstance(Lifecycle.PER_CLASS)
class ControlCharactersIT {
  private static final long SEED = 20_261_125;

  /** All of Unicode's: NUL to U+001F, DEL, U+0080 to U+009F. */
  private static final String ALL =
      IntStream.rangeClosed(0, 0x9f)
          .filter(Character::isISOControl)
          .mapToObj(Character::toString)
          .collect(Collectors.joining());

  private static final List<String> TEXTS = List.of(ALL, "\0", "\u007f", "\u0085", "\n\r\t");

  private RunningEncoder encoder;

  @BeforeAll
  void start(@TempDir Path models) throws Exception {
    for (Family family : Family.values()) {
      new RandomModel(family, 0, SEED).write(models.resolve(family.name()));
    }
    new RandomModel(Family.BERT, 1, SEED).write(models.resolve("pairs"));
    encoder = RunningEncoder.start(Map.of("mnestic.encoder.models-dir", models));
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bge-small-en-v1.5",
        "all-MiniLM-L6-v2",
        "bge-small-zh-v1.5",
        "BERT",
        "ROBERTA",
        "XLM_ROBERTA",
        "DISTILBERT"
      })
  void haveVectorsOfTheirOwnWhateverTheyAreFor(String model) {
    List<Integer> counts =
        encoder
            .stub()
            .countTokens(
                CountTokensRequest.newBuilder().setTokenizer(model).addAllTexts(TEXTS).build())
            .getCountsList();
    for (InputType type : List.of(InputType.INPUT_TYPE_DOCUMENT, InputType.INPUT_TYPE_QUERY)) {
      EncodeResponse response =
          encoder
              .stub()
              .encode(
                  EncodeRequest.newBuilder()
                      .setModel(model)
                      .setInputType(type)
                      .setOverflow(Overflow.OVERFLOW_PASSAGES)
                      .addAllTexts(TEXTS)
                      .build());
      for (int i = 0; i < TEXTS.size(); i++) {
        Encoding encoding = response.getEncodings(i);
        assertThat(encoding.hasError()).isFalse();
        assertThat(encoding.getTokensUsed()).isGreaterThanOrEqualTo(2 + counts.get(i));
        assertThat(length(encoding.getPassages(0).getVectorList())).isCloseTo(1, within(1e-4));
        assertThat(encoding.getPassages(encoding.getPassagesCount() - 1).getEndChar())
            .isEqualTo(TEXTS.get(i).length());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bge-small-en-v1.5,-1",
    "all-MiniLM-L6-v2,-1",
    "bge-small-zh-v1.5,-1",
    "BERT,-1",
    "ROBERTA,-1",
    "XLM_ROBERTA,-1",
    "DISTILBERT,-1",
    "pairs,0"
  })
  void areRankedAsQueryAndAsDocuments(String model, double least) {
    for (String query : List.of("the river", ALL, "\0")) {
      RerankResponse response =
          encoder
              .stub()
              .rerank(
                  RerankRequest.newBuilder()
                      .setModel(model)
                      .setQuery(query)
                      .addDocuments("the dog")
                      .addAllDocuments(TEXTS)
                      .build());
      assertThat(response.getDocumentsList()).hasSize(1 + TEXTS.size());
      for (RerankedDocument document : response.getDocumentsList()) {
        assertThat(document.hasError()).isFalse();
        assertThat(document.getScore()).isBetween(least - 1e-4, 1 + 1e-4);
      }
    }
  }

  private static double length(List<Float> vector) {
    return Math.sqrt(vector.stream().mapToDouble(value -> (double) value * value).sum());
  }
}
