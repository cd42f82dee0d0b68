package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status.Code;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.orchestrator.fakes.FakeReader;
import io.mnestic.orchestrator.v1.ActivateReaderVersionRequest;
import io.mnestic.orchestrator.v1.ActivateReaderVersionResponse;
import io.mnestic.orchestrator.v1.CancelReaderTrainingRequest;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.GetReaderTrainingRequest;
import io.mnestic.orchestrator.v1.Label;
import io.mnestic.orchestrator.v1.ListReaderVersionsRequest;
import io.mnestic.orchestrator.v1.ListReaderVersionsResponse;
import io.mnestic.orchestrator.v1.MemoryLabel;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import io.mnestic.orchestrator.v1.ReaderTraining;
import io.mnestic.orchestrator.v1.ReaderVersion;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RecalledMemory;
import io.mnestic.orchestrator.v1.RecordFeedbackRequest;
import io.mnestic.orchestrator.v1.RememberRequest;
import io.mnestic.orchestrator.v1.TrainReaderRequest;
import io.mnestic.orchestrator.v1.TrainReaderResponse;
import io.mnestic.orchestrator.v1.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From feedback to a version that ranks, over real channels. */
final class LearningIT {
  private final Running running = new Running();

  @BeforeEach
  void rememberThreeThings() {
    running
        .orchestrator()
        .createSession(
            CreateSessionRequest.newBuilder()
                .setNamespace("n")
                .setSessionId("s")
                .setCreateNamespace(true)
                .build());
    for (String key : List.of("Ann ran a charity race", "Ann likes green tea", "Bob has a dog")) {
      running
          .orchestrator()
          .remember(RememberRequest.newBuilder().setNamespace("n").setKey(key).build());
    }
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void aBetterVersionIsActivatedAndRanksAndCanBeTakenBack() {
    sayThatTheLastHelped(60);
    RecallResponse before = recall();
    assertThat(before.getReaderVersion()).isZero();
    assertThat(before.getNoticesList()).isEmpty();

    ReaderTraining done = train(request().setActivateIfBetter(true)).getLast();
    assertThat(done.getState()).isEqualTo(TrainingState.TRAINING_STATE_SUCCEEDED);
    assertThat(done.getStep()).isEqualTo(FakeReader.STEPS);
    assertThat(done.getActivated()).isTrue();
    ReaderVersion version = list().getVersions(0);
    assertThat(version).isEqualTo(done.getVersion());
    assertThat(version.getVersion()).isEqualTo(1);
    assertThat(version.getEvaluation().getBetter()).isTrue();
    assertThat(version.getEvaluation().getNdcg()).isEqualTo(1);
    assertThat(version.getEvaluation().getNdcgBefore()).isLessThan(1);
    assertThat(version.getExamples() + version.getEvaluation().getRecalls()).isEqualTo(60);
    assertThat(list().getActiveVersion()).isEqualTo(1);

    RecallResponse after = recall();
    assertThat(after.getReaderVersion()).isEqualTo(1);
    assertThat(keys(after)).isEqualTo(keys(before).reversed());
    assertThat(after.getNoticesList()).isEmpty();

    assertThat(activate(0).getReplacedVersion()).isEqualTo(1);
    assertThat(keys(recall())).isEqualTo(keys(before));
    // It was chosen, so there is nothing to tell.
    assertThat(recall().getNoticesList()).isEmpty();
    activate(1);
    assertThat(keys(recall())).isEqualTo(keys(before).reversed());
  }

  @Test
  void theBaseIsTheFixedFusionAndExamplesHoldTheLanes() {
    sayThatTheLastHelped(60);
    RecallResponse recall = recall();
    train(request());
    var training = running.reader.trainings.getFirst();
    List<LaneScore> lanes = recall.getMemories(0).getLanesList();
    assertThat(training.getBase().getLanesList()).startsWith("DENSE", "DENSE_CONTEXT", "LEXICAL");
    for (LaneScore lane : lanes) {
      int place = training.getBase().getLanesList().indexOf(lane.getLane().name().substring(5));
      assertThat((double) training.getBase().getWeights(place))
          .isCloseTo(lane.getWeight(), org.assertj.core.data.Offset.offset(1e-6));
      assertThat((double) training.getExamples(0).getLanes(place))
          .isCloseTo(lane.getNormalized(), org.assertj.core.data.Offset.offset(1e-6));
    }
    assertThat(training.getExamples(0).getHelpedList()).containsExactly(false, false, true);
    assertThat(training.getExamples(0).getAge()).isZero();

    train(request());
    // What was said before the first version is one version old, and that one is not active.
    assertThat(running.reader.trainings.get(1).getExamples(0).getAge()).isEqualTo(1);
    assertThat(running.reader.trainings.get(1).getBase()).isEqualTo(training.getBase());
  }

  @Test
  void aVersionThatIsNotBetterStaysInactiveAndSaysSo() {
    running.reader.learnsNothing = true;
    sayThatTheLastHelped(60);
    ReaderTraining done = train(request().setActivateIfBetter(true)).getLast();
    assertThat(done.getActivated()).isFalse();
    assertThat(done.getVersion().getEvaluation().getBetter()).isFalse();
    assertThat(done.getVersion().getEvaluation().getDifferenceHigh()).isZero();
    assertThat(list().getActiveVersion()).isZero();
    assertThat(recall().getNoticesList())
        .extracting(Notice::getKind)
        .containsExactly(NoticeKind.NOTICE_KIND_FIXED_FUSION);
    Refused.by(() -> activate(1)).because(Code.FAILED_PRECONDITION, "READER_NOT_BETTER", "version");
    running
        .learning()
        .activateReaderVersion(
            ActivateReaderVersionRequest.newBuilder()
                .setNamespace("n")
                .setVersion(1)
                .setEvenIfNotBetter(true)
                .build());
    assertThat(recall().getReaderVersion()).isEqualTo(1);
  }

  @Test
  void activationIsAtomicAndUnknownVersionsAreRefused() {
    sayThatTheLastHelped(60);
    train(request());
    ListReaderVersionsResponse listed = list();
    ActivateReaderVersionRequest.Builder one =
        ActivateReaderVersionRequest.newBuilder()
            .setNamespace("n")
            .setVersion(1)
            .setIfEtag(listed.getEtag());
    running.learning().activateReaderVersion(one.build());
    Refused.by(() -> running.learning().activateReaderVersion(one.setVersion(0).build()))
        .because(Code.ABORTED, "ETAG_MISMATCH");
    Refused.by(() -> activate(2)).because(Code.NOT_FOUND, "READER_VERSION_NOT_FOUND", "version");
    assertThat(list().getActiveVersion()).isEqualTo(1);
  }

  @Test
  void feedbackThatTeachesNothingIsRefused() {
    Refused.by(() -> train(request()))
        .because(Code.FAILED_PRECONDITION, "FEEDBACK_EMPTY", "namespace");
    RecallResponse recall = recall();
    RecordFeedbackRequest.Builder all =
        RecordFeedbackRequest.newBuilder().setNamespace("n").setRecallId(recall.getRecallId());
    recall
        .getMemoriesList()
        .forEach(memory -> all.addLabels(label(memory, Label.LABEL_DID_NOT_HELP)));
    running.orchestrator().recordFeedback(all.build());
    Refused.by(() -> train(request()))
        .because(Code.FAILED_PRECONDITION, "FEEDBACK_ONE_SIDED", "namespace");
    Refused.by(() -> train(request().setNamespace("nowhere")))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    Refused.by(this::training).because(Code.NOT_FOUND, "TRAINING_NOT_FOUND", "namespace");
    assertThat(list().getVersionsList()).isEmpty();
    assertThat(running.reader.trainings).isEmpty();
  }

  @Test
  void twoTrainingsAtOnceAreRefusedAndACancelledOneMakesNoVersion() {
    sayThatTheLastHelped(60);
    running.reader.untilStep = 3;
    begin("one");
    Refused.by(() -> train(request().setRequestId("two")))
        .because(Code.FAILED_PRECONDITION, "TRAINING_UNDER_WAY", "namespace");
    ReaderTraining cancelled =
        running
            .learning()
            .cancelReaderTraining(
                CancelReaderTrainingRequest.newBuilder().setNamespace("n").build())
            .getTraining();
    assertThat(cancelled.getState()).isEqualTo(TrainingState.TRAINING_STATE_CANCELLED);
    running.reader.untilStep = FakeReader.STEPS;
    assertThat(train(request().setRequestId("two")).getLast().getState())
        .isEqualTo(TrainingState.TRAINING_STATE_SUCCEEDED);
    assertThat(list().getVersionsList()).hasSize(1);
    Refused.by(() ->
            running
                .learning()
                .cancelReaderTraining(
                    CancelReaderTrainingRequest.newBuilder().setNamespace("n").build()))
        .because(Code.NOT_FOUND, "TRAINING_NOT_FOUND", "namespace");
  }

  @Test
  void aTrainingOutlivesItsCallerAndItsInstance() {
    sayThatTheLastHelped(60);
    running.reader.untilStep = 3;
    begin("one");
    running.restart();
    running.reader.untilStep = FakeReader.STEPS;
    ReaderTraining done = train(request().setRequestId("one")).getLast();
    assertThat(done.getState()).isEqualTo(TrainingState.TRAINING_STATE_SUCCEEDED);
    assertThat(running.reader.trainings).hasSize(2);
    assertThat(running.reader.trainings.get(1).getResume().getStep()).isPositive();
    assertThat(running.reader.trainings.get(1).toBuilder().clearResume().build())
        .isEqualTo(running.reader.trainings.get(0));
    assertThat(list().getVersionsList()).hasSize(1);
    // The same request again is the same training, and other settings are none.
    assertThat(train(request().setRequestId("one")).getLast()).isEqualTo(done);
    Refused.by(() -> train(request().setRequestId("one").setActivateIfBetter(true)))
        .because(Code.ALREADY_EXISTS, "REQUEST_ID_REUSED", "request_id");
  }

  @Test
  void aTrainingThatDivergesLeavesTheVersionsAsTheyWere() {
    sayThatTheLastHelped(60);
    train(request().setActivateIfBetter(true));
    running.reader.diverges = true;
    Refused.by(() -> train(request())).because(Code.FAILED_PRECONDITION, "TRAINING_DIVERGED");
    assertThat(training().getState()).isEqualTo(TrainingState.TRAINING_STATE_FAILED);
    assertThat(list().getVersionsList()).hasSize(1);
    assertThat(recall().getReaderVersion()).isEqualTo(1);
  }

  @Test
  void withoutTheEncoderTheFixedFusionRanksAndSaysSo() {
    sayThatTheLastHelped(60);
    train(request().setActivateIfBetter(true));
    running.encoderPeer.stop();
    RecallResponse recall = recall();
    assertThat(recall.getReaderVersion()).isZero();
    assertThat(recall.getNoticesList())
        .extracting(Notice::getKind)
        .containsExactly(NoticeKind.NOTICE_KIND_LEXICAL_ONLY, NoticeKind.NOTICE_KIND_FIXED_FUSION);
  }

  /** Begins a training and leaves it when it has a checkpoint. */
  private void begin(String id) {
    try (Context.CancellableContext call = Context.current().withCancellation()) {
      call.run(() -> {
        var replies = running.learning().trainReader(request().setRequestId(id).build());
        assertThat(replies.next().getTraining().getId()).isEqualTo(id);
      });
    }
    while (training().getStep() == 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Recalls in which the memory that came last helped. */
  private void sayThatTheLastHelped(int recalls) {
    for (int i = 0; i < recalls; i++) {
      RecallResponse recall = recall();
      assertThat(recall.getMemoriesList()).hasSize(3);
      running
          .orchestrator()
          .recordFeedback(
              RecordFeedbackRequest.newBuilder()
                  .setNamespace("n")
                  .setRecallId(recall.getRecallId())
                  .addLabels(label(recall.getMemories(2), Label.LABEL_HELPED))
                  .build());
    }
  }

  private RecallResponse recall() {
    return running
        .orchestrator()
        .recall(
            RecallRequest.newBuilder()
                .setNamespace("n")
                .setQuery("Which charity race did Ann run?")
                .build());
  }

  private List<ReaderTraining> train(TrainReaderRequest.Builder request) {
    List<ReaderTraining> replies = new ArrayList<>();
    running
        .learning()
        .trainReader(request.build())
        .forEachRemaining((TrainReaderResponse reply) -> replies.add(reply.getTraining()));
    return replies;
  }

  private ReaderTraining training() {
    return running
        .learning()
        .getReaderTraining(GetReaderTrainingRequest.newBuilder().setNamespace("n").build())
        .getTraining();
  }

  private ListReaderVersionsResponse list() {
    return running
        .learning()
        .listReaderVersions(ListReaderVersionsRequest.newBuilder().setNamespace("n").build());
  }

  private ActivateReaderVersionResponse activate(long version) {
    return running
        .learning()
        .activateReaderVersion(
            ActivateReaderVersionRequest.newBuilder()
                .setNamespace("n")
                .setVersion(version)
                .build());
  }

  private static TrainReaderRequest.Builder request() {
    return TrainReaderRequest.newBuilder().setNamespace("n");
  }

  private static MemoryLabel label(RecalledMemory memory, Label label) {
    return MemoryLabel.newBuilder().setMemoryId(memory.getMemory().getId()).setLabel(label).build();
  }

  private static List<String> keys(RecallResponse recall) {
    return recall.getMemoriesList().stream().map(memory -> memory.getMemory().getKey()).toList();
  }
}
