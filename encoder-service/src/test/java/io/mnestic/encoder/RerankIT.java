package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Output;
import io.mnestic.encoder.v1.RerankMethod;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import io.mnestic.encoder.v1.RerankedDocument;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Reranking by late interaction. */
@TestInstance(Lifecycle.PER_CLASS)
class RerankIT {
  private static final String QUERY = "Where was the cello teacher born?";
  private static final List<String> DOCUMENTS =
      List.of(
          "The weather stayed cold until the end of April.",
          "My sister's cello teacher was born in Lisbon.",
          "Lisbon has trams that climb its hills.",
          "She bought a cello last year.");

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
  void theAnswerComesFirstWithTheScoreOfItsTokenVectors() {
    RerankResponse response = encoder.stub().rerank(request().build());
    assertThat(response.getMethod()).isEqualTo(RerankMethod.RERANK_METHOD_LATE_INTERACTION);
    assertThat(response.getDocumentsList())
        .hasSize(4)
        .extracting(RerankedDocument::getIndex)
        .startsWith(1)
        .endsWith(0);
    List<List<Float>> query = tokens(QUERY, InputType.INPUT_TYPE_QUERY);
    for (RerankedDocument document : response.getDocumentsList()) {
      List<List<Float>> own =
          tokens(DOCUMENTS.get(document.getIndex()), InputType.INPUT_TYPE_DOCUMENT);
      double sum = 0;
      for (List<Float> token : query) {
        sum += own.stream().mapToDouble(other -> dot(token, other)).max().orElseThrow();
      }
      assertThat(document.getScore()).isCloseTo(sum / query.size(), within(1e-5));
    }
  }

  @Test
  void givesAsManyAsAskedAndSaysWhatItDropped() {
    RerankResponse response =
        encoder.stub().rerank(request().addDocuments("cello ".repeat(600)).setLimit(5).build());
    assertThat(response.getDocumentsList())
        .filteredOn(document -> document.getIndex() == 4)
        .extracting(RerankedDocument::getTokensDropped)
        .containsExactly(600 - 510);
    assertThat(encoder.stub().rerank(request().setLimit(2).build()).getDocumentsCount())
        .isEqualTo(2);
  }

  @Test
  void equalDocumentsStayInOrderAndOnesWithoutTokensHaveAScore() {
    RerankResponse response =
        encoder
            .stub()
            .rerank(
                RerankRequest.newBuilder()
                    .setQuery(QUERY)
                    .addDocuments("cello")
                    .addDocuments("\u0001")
                    .addDocuments("cello")
                    .build());
    assertThat(response.getDocumentsList())
        .extracting(RerankedDocument::getIndex)
        .containsExactly(0, 2, 1);
    assertThat(response.getDocuments(2).getScore()).isBetween(-1.0, 1.0);
  }

  private static RerankRequest.Builder request() {
    return RerankRequest.newBuilder().setQuery(QUERY).addAllDocuments(DOCUMENTS);
  }

  private List<List<Float>> tokens(String text, InputType type) {
    List<Float> all =
        encoder
            .stub()
            .encode(
                EncodeRequest.newBuilder()
                    .addTexts(text)
                    .setInputType(type)
                    .setOutput(Output.OUTPUT_TOKENS)
                    .build())
            .getEncodings(0)
            .getPassages(0)
            .getTokens()
            .getVectorsList();
    List<List<Float>> vectors = new ArrayList<>();
    for (int from = 0; from < all.size(); from += 384) {
      vectors.add(all.subList(from, from + 384));
    }
    return vectors;
  }

  private static double dot(List<Float> left, List<Float> right) {
    double sum = 0;
    for (int i = 0; i < left.size(); i++) {
      sum += (double) left.get(i) * right.get(i);
    }
    return sum;
  }
}
