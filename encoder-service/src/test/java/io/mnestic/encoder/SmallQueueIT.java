package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.folder.Family;
import io.mnestic.encoder.folder.RandomModel;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.RerankMethod;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import io.mnestic.encoder.v1.RerankedDocument;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One request with more than the queue takes. */
@TestInstance(Lifecycle.PER_CLASS)
class SmallQueueIT {
  private static final int PASSAGES = 7;
  private static final long SEED = 20_261_125;
  private static final List<String> DOCUMENTS =
      IntStream.range(0, 30).mapToObj(i -> "the dog " + "river ".repeat(i % 11) + i).toList();

  private RunningEncoder encoder;

  @BeforeAll
  void start(@TempDir Path models) throws Exception {
    new RandomModel(Family.BERT, 0, SEED).write(models.resolve("apart"));
    new RandomModel(Family.BERT, 1, SEED).write(models.resolve("together"));
    encoder =
        RunningEncoder.start(
            Map.of(
                "mnestic.encoder.models-dir", models, "mnestic.encoder.queue-passages", PASSAGES));
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @ParameterizedTest
  @CsvSource({"apart,RERANK_METHOD_LATE_INTERACTION", "together,RERANK_METHOD_CROSS_ENCODER"})
  void documentsAreScoredAFewAtATime(String model, RerankMethod method) {
    RerankResponse response = rerank(model, DOCUMENTS);
    assertThat(response.getMethod()).isEqualTo(method);
    assertThat(response.getDocumentsList())
        .extracting(RerankedDocument::getIndex)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, DOCUMENTS.size()).boxed().toList());
    for (RerankedDocument document : response.getDocumentsList()) {
      RerankedDocument alone =
          rerank(model, List.of(DOCUMENTS.get(document.getIndex()))).getDocuments(0);
      assertThat(document.getScore()).isCloseTo(alone.getScore(), within(1e-6));
    }
  }

  @Test
  void textsThatCanNeverFitAreRefusedForGood() throws Exception {
    EncodeRequest request =
        EncodeRequest.newBuilder()
            .setModel("apart")
            .addAllTexts(DOCUMENTS.subList(0, PASSAGES + 1))
            .build();
    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> encoder.stub().encode(request));
    ErrorDetails.check(refused, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "texts[7]");
    assertThat(refused).hasMessageContaining("more than 7 passages");
  }

  private RerankResponse rerank(String model, List<String> documents) {
    return encoder
        .stub()
        .rerank(
            RerankRequest.newBuilder()
                .setModel(model)
                .setQuery("the river")
                .addAllDocuments(documents)
                .build());
  }
}
