package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.RerankRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Texts of 10 MB, in every call that takes texts; those of EncodeStream are in StreamIT. */
@TestInstance(Lifecycle.PER_CLASS)
class OversizedTextsIT {
  private static final String LARGE = "the river bank ".repeat((10 << 20) / 15);

  private RunningEncoder encoder;

  @BeforeAll
  void start() {
    encoder = RunningEncoder.start();
  }

  @AfterEach
  void stillWorks() {
    assertThat(
            encoder
                .stub()
                .encode(EncodeRequest.newBuilder().addTexts("still here").build())
                .getEncodings(0)
                .getPassages(0)
                .getVectorCount())
        .isEqualTo(384);
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void toEncode() throws Exception {
    EncodeRequest request = EncodeRequest.newBuilder().addTexts("fine").addTexts(LARGE).build();
    refused("texts[1]", () -> encoder.stub().encode(request));
  }

  @Test
  void asTheQueryOfARanking() throws Exception {
    RerankRequest request = RerankRequest.newBuilder().setQuery(LARGE).addDocuments("fine").build();
    refused("query", () -> encoder.stub().rerank(request));
  }

  @Test
  void asADocumentToRank() throws Exception {
    RerankRequest request =
        RerankRequest.newBuilder()
            .setQuery("fine")
            .addDocuments("fine")
            .addDocuments(LARGE)
            .build();
    refused("documents[1]", () -> encoder.stub().rerank(request));
  }

  @Test
  void toCount() throws Exception {
    CountTokensRequest request =
        CountTokensRequest.newBuilder()
            .setTokenizer("o200k_base")
            .addTexts("fine")
            .addTexts(LARGE)
            .build();
    refused("texts[1]", () -> encoder.stub().countTokens(request));
  }

  private static void refused(String field, ThrowingCallable call) throws Exception {
    StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);
    ErrorDetails.check(refused, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", field);
    assertThat(refused).hasMessageContaining("1048576");
  }
}
