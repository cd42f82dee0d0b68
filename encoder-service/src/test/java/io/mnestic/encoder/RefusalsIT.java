package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.EncodeRequest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Bad input: the right code, reason and field, and a service that goes on. */
@TestInstance(Lifecycle.PER_CLASS)
class RefusalsIT {
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
    assertThat(
            HealthGrpc.newBlockingStub(encoder.channel())
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void anEmptyList() throws Exception {
    refused(EncodeRequest.newBuilder(), Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "texts");
  }

  @Test
  void anEmptyText() throws Exception {
    refused(
        EncodeRequest.newBuilder().addTexts("fine").addTexts(""),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "texts[1]");
  }

  @Test
  void aTextOverAMebibyte() throws Exception {
    refused(
        EncodeRequest.newBuilder().addTexts("x".repeat((1 << 20) + 1)),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "texts[0]");
  }

  @Test
  void controlCharactersInAModelName() throws Exception {
    refused(
        EncodeRequest.newBuilder().addTexts("x").setModel("bge\u0007"),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "model");
  }

  @Test
  void anInputTypeThatIsNotDefined() throws Exception {
    refused(
        EncodeRequest.newBuilder().addTexts("x").setInputTypeValue(99),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "input_type");
  }

  @Test
  void anUnknownModel() throws Exception {
    StatusRuntimeException refused =
        refused(
            EncodeRequest.newBuilder().addTexts("x").setModel("gpt-99"),
            Status.Code.NOT_FOUND,
            "UNKNOWN_MODEL",
            "model");
    assertThat(refused)
        .hasMessageContaining("gpt-99")
        .hasMessageContaining("bge-small-en-v1.5, all-MiniLM-L6-v2, bge-small-zh-v1.5");
  }

  @Test
  void anUnknownTokenizer() throws Exception {
    StatusRuntimeException refused =
        countRefused(CountTokensRequest.newBuilder().setTokenizer("p99").addTexts("x"));
    ErrorDetails.check(refused, Status.Code.NOT_FOUND, "UNKNOWN_TOKENIZER", "tokenizer");
    assertThat(refused).hasMessageContaining("o200k_base, cl100k_base, bge-small-en-v1.5");
  }

  @Test
  void aTextToCountOverAMebibyte() throws Exception {
    ErrorDetails.check(
        countRefused(
            CountTokensRequest.newBuilder().addTexts("fine").addTexts("x".repeat((1 << 20) + 1))),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "texts[1]");
  }

  @Test
  void controlCharactersInATokenizersName() throws Exception {
    ErrorDetails.check(
        countRefused(CountTokensRequest.newBuilder().setTokenizer("o200k\n").addTexts("x")),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "tokenizer");
  }

  @Test
  void aDeadlineThatHasPassed() {
    StatusRuntimeException late =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                encoder
                    .stub()
                    .withDeadline(Deadline.after(-1, TimeUnit.SECONDS))
                    .encode(EncodeRequest.newBuilder().addTexts("x").build()));
    assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void aDeadlineThatPassesWhileBulkWorkIsDone() {
    EncodeRequest.Builder bulk = EncodeRequest.newBuilder();
    for (int i = 0; i < 5_000; i++) {
      bulk.addTexts("the river and the bank " + i);
    }
    StatusRuntimeException late =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> encoder.stub().withDeadlineAfter(1, TimeUnit.SECONDS).encode(bulk.build()));
    assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void aDeadlineThatPassesWhileAModelIsLoaded() {
    EncodeRequest request =
        EncodeRequest.newBuilder().addTexts("河边").setModel("bge-small-zh-v1.5").build();
    StatusRuntimeException late =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> encoder.stub().withDeadlineAfter(50, TimeUnit.MILLISECONDS).encode(request));
    assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(encoder.stub().encode(request).getDimensions()).isEqualTo(512);
    assertThat(Thread.getAllStackTraces().keySet())
        .as("one load served both: its threads, one a core, and no other's")
        .extracting(Thread::getName)
        .filteredOn("query-bge-small-zh-v1.5"::equals)
        .hasSize(Runtime.getRuntime().availableProcessors());
  }

  private StatusRuntimeException countRefused(CountTokensRequest.Builder request) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> encoder.stub().countTokens(request.build()));
  }

  private StatusRuntimeException refused(
      EncodeRequest.Builder request, Status.Code code, String reason, String field)
      throws Exception {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> encoder.stub().encode(request.build()));
    ErrorDetails.check(refused, code, reason, field);
    return refused;
  }
}
