package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.encoder.v1.ReadRequest;
import io.mnestic.encoder.v1.ReaderExample;
import io.mnestic.encoder.v1.ReaderServiceGrpc;
import io.mnestic.encoder.v1.ReaderServiceGrpc.ReaderServiceBlockingStub;
import io.mnestic.encoder.v1.ReaderSettings;
import io.mnestic.encoder.v1.TrainReaderRequest;
import io.mnestic.encoder.v1.TrainReaderResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Training and reading over a real channel. */
@TestInstance(Lifecycle.PER_CLASS)
class ReaderIT {
  private RunningEncoder encoder;
  private ReaderServiceBlockingStub reader;

  @BeforeAll
  void start() {
    encoder = RunningEncoder.start();
    reader = ReaderServiceGrpc.newBlockingStub(encoder.channel());
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void aHeadLearnsWhichLaneToTrust() {
    List<TrainReaderResponse> replies = train(request().build());
    assertThat(replies).hasSize(5);
    assertThat(replies.getLast().getDone()).isTrue();
    assertThat(replies.getLast().getCheckpoint().getStep()).isEqualTo(100);
    assertThat(replies.getLast().getLoss()).isLessThan(replies.getFirst().getLoss());
    // Both memories look alike to the base; the second lane told them apart.
    assertThat(scores(head(1, 0, 0, 0, 0, 0, 0, 0, -0.7f))).containsExactly(1f, 1f);
    List<Float> learned = scores(replies.getLast().getCheckpoint().getHead());
    assertThat(learned.get(1)).isGreaterThan(learned.get(0));
  }

  @Test
  void aTrainingGoesOnFromAnyOfItsCheckpoints() {
    List<TrainReaderResponse> whole = train(request().build());
    List<TrainReaderResponse> rest =
        train(request().setResume(whole.get(1).getCheckpoint()).build());
    assertThat(rest).hasSize(3);
    assertThat(rest.getLast().getCheckpoint()).isEqualTo(whole.getLast().getCheckpoint());
  }

  @Test
  void oneTrainingAtATimeAndACancelledOneMakesRoom() throws Exception {
    TrainReaderRequest.Builder longOne = request();
    longOne.getSettingsBuilder().setSteps(100_000);
    CancellableContext call = Context.current().withCancellation();
    call.call(() -> reader.trainReader(longOne.build()).next());
    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> train(request().build()));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    call.cancel(null);
    while (true) {
      try {
        assertThat(train(request().build()).getLast().getDone()).isTrue();
        return;
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      }
    }
  }

  @Test
  void whatCanNotBeLearntFromIsRefused() throws Exception {
    refused(request().clearExamples(), "FEEDBACK_EMPTY", "examples");
    TrainReaderRequest.Builder old = request();
    old.getSettingsBuilder().setForgetBelow(1).setGamma(0.5);
    old.getExamplesBuilderList().forEach(example -> example.setAge(1));
    refused(old, "FEEDBACK_EMPTY", "examples");
    TrainReaderRequest.Builder oneSided = request();
    oneSided.getExamplesBuilderList().forEach(example -> example.setHelped(1, false));
    refused(oneSided, "FEEDBACK_ONE_SIDED", "examples");
    TrainReaderRequest.Builder exploding = request();
    exploding.getSettingsBuilder().setLearningRate(10).setLambda(10_000);
    refused(exploding, "TRAINING_DIVERGED", "settings.learning_rate");
  }

  @Test
  void wrongShapesAreRefused() throws Exception {
    TrainReaderRequest.Builder request = request();
    refused(request().clearBase(), "INVALID_FIELD", "base");
    refused(request().setBase(head(1, 0)), "INVALID_FIELD", "base.weights");
    refused(
        request().setBase(head(1, Float.NaN, 0, 0, 0, 0, 0, 0, 0)),
        "INVALID_FIELD",
        "base.weights");
    refused(request().addVectors(1), "INVALID_FIELD", "vectors");
    request.getExamplesBuilder(3).addLanes(1);
    refused(request, "INVALID_FIELD", "examples[3].lanes");
    TrainReaderRequest.Builder query = request();
    query.getExamplesBuilder(0).clearQuery();
    refused(query, "INVALID_FIELD", "examples[0].query");
    TrainReaderRequest.Builder places = request();
    places.getExamplesBuilder(0).addVectors(0).addVectors(9);
    refused(places, "INVALID_FIELD", "examples[0].vectors");
    refused(
        request()
            .setResume(train(request().build()).getFirst().getCheckpoint().toBuilder().clearMean()),
        "INVALID_FIELD",
        "resume");

    ReadRequest read =
        ReadRequest.newBuilder()
            .setHead(head(1, 0, 0, 0, 0, 0, 0, 0, -0.7f))
            .addQuery(1)
            .addQuery(0)
            .build();
    refusedRead(read.toBuilder().clearQuery().build(), "query");
    refusedRead(read.toBuilder().addLanes(1).build(), "lanes");
    refusedRead(read.toBuilder().addLanes(1).addLanes(Float.POSITIVE_INFINITY).build(), "lanes");
    refusedRead(
        read.toBuilder()
            .addLanes(1)
            .addLanes(1)
            .addVectors(1)
            .addVectors(1)
            .addVectors(1)
            .addVectors(1)
            .build(),
        "vectors");
    assertThat(reader.read(read).getScoresCount()).isZero();
  }

  private void refused(TrainReaderRequest.Builder request, String reason, String field)
      throws Exception {
    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> train(request.build()));
    assertThat(refused).as("%s of %s", reason, field).isNotNull();
    ErrorDetails.check(
        refused,
        reason.equals("INVALID_FIELD")
            ? Status.Code.INVALID_ARGUMENT
            : Status.Code.FAILED_PRECONDITION,
        reason,
        field);
  }

  private void refusedRead(ReadRequest request, String field) throws Exception {
    ErrorDetails.check(
        catchThrowableOfType(StatusRuntimeException.class, () -> reader.read(request)),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        field);
  }

  private List<TrainReaderResponse> train(TrainReaderRequest request) {
    List<TrainReaderResponse> replies = new ArrayList<>();
    Iterator<TrainReaderResponse> call = reader.trainReader(request);
    call.forEachRemaining(replies::add);
    return replies;
  }

  private List<Float> scores(ReadHead head) {
    return reader
        .read(
            ReadRequest.newBuilder()
                .setHead(head)
                .addQuery(1)
                .addQuery(0)
                .addAllLanes(List.of(1f, 0f, 1f, 1f))
                .build())
        .getScoresList();
  }

  private static ReadHead head(float... weights) {
    ReadHead.Builder head =
        ReadHead.newBuilder().addLanes("DENSE").addLanes("LEXICAL").setDimensions(2);
    for (float weight : weights) {
      head.addWeights(weight);
    }
    return head.build();
  }

  private static TrainReaderRequest.Builder request() {
    TrainReaderRequest.Builder request =
        TrainReaderRequest.newBuilder()
            .setBase(head(1, 0, 0, 0, 0, 0, 0, 0, -0.7f))
            .setSettings(ReaderSettings.newBuilder().setSteps(100).setBatchSize(4).setLambda(1));
    for (int i = 0; i < 10; i++) {
      request.addExamples(
          ReaderExample.newBuilder()
              .addAllQuery(List.of(1f, 0f))
              .addAllLanes(List.of(1f, 0f, 1f, 1f))
              .addAllHelped(List.of(false, true)));
    }
    return request;
  }
}
