package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.bench.services.Clients;
import io.mnestic.bench.services.PendingVectors;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import io.mnestic.encoder.v1.ReaderSettings;
import io.mnestic.memory.v1.GetRecordRequest;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.GetReaderTrainingRequest;
import io.mnestic.orchestrator.v1.Label;
import io.mnestic.orchestrator.v1.MemoryLabel;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.ReaderTraining;
import io.mnestic.orchestrator.v1.ReaderVersion;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RecordFeedbackRequest;
import io.mnestic.orchestrator.v1.TrainReaderRequest;
import io.mnestic.orchestrator.v1.TrainReaderResponse;
import io.mnestic.orchestrator.v1.TrainingState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A reader from feedback to a ranking, with the three services as processes of their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReaderEndToEndIT {
  private static final String NAMESPACE = "garden";
  private static final List<String> TURNS =
      List.of(
          "The roses want water twice a week.",
          "I planted roses beside the shed.",
          "Water the tomatoes in the evening.",
          "The shed needs a new roof.",
          "Tomatoes like the south wall.",
          "We had supper late.");
  private static final List<String> QUERIES =
      List.of(
          "When do the roses want water?",
          "Where are the roses?",
          "What do the tomatoes like?",
          "What does the shed need?");

  private Services services;

  @BeforeAll
  void startServices(@TempDir Path data) {
    services = Services.start(data);
    clients()
        .orchestrator()
        .createSession(
            CreateSessionRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setSessionId("s")
                .setCreateNamespace(true)
                .build());
    AppendTurnsRequest.Builder turns =
        AppendTurnsRequest.newBuilder().setNamespace(NAMESPACE).setSessionId("s");
    TURNS.forEach(
        text -> turns.addTurns(NewTurn.newBuilder().setRole(Role.ROLE_USER).setContent(text)));
    clients().orchestrator().appendTurns(turns.build());
    PendingVectors.await(clients(), NAMESPACE, Duration.ofMinutes(1));
    // What is ranked last helped: nothing that the fixed fusion would ever say.
    for (int i = 0; i < 80; i++) {
      RecallResponse recall = recall(QUERIES.get(i % QUERIES.size()));
      clients()
          .orchestrator()
          .recordFeedback(
              RecordFeedbackRequest.newBuilder()
                  .setNamespace(NAMESPACE)
                  .setRecallId(recall.getRecallId())
                  .addLabels(
                      MemoryLabel.newBuilder()
                          .setMemoryId(
                              recall.getMemories(recall.getMemoriesCount() - 1).getMemory().getId())
                          .setLabel(Label.LABEL_HELPED))
                  .build());
    }
  }

  @AfterAll
  void stopServices() {
    services.close();
  }

  @Test
  void aTrainingThatIsKilledGoesOnToTheSameHeadAndTheVersionRanks() {
    RecallResponse before = recall(QUERIES.getFirst());
    var _ = clients().learning().trainReader(request("one").build()).next();
    while (training().getStep() == 0) {
      LockSupport.parkNanos(20_000_000);
    }
    services.kill(Service.ORCHESTRATOR);
    services.restart(Service.ORCHESTRATOR);
    ReaderTraining first = train("one");
    assertThat(first.getState()).isEqualTo(TrainingState.TRAINING_STATE_SUCCEEDED);

    // With γ = 1 the same feedback and seed are the same training, uninterrupted.
    ReaderTraining second = train("two");
    assertThat(second.getVersion().getVersion()).isEqualTo(2);
    assertThat(version(2).getHead()).isEqualTo(version(1).getHead());

    ReaderTraining third =
        last(clients().learning().trainReader(request("three").setActivateIfBetter(true).build()));
    assertThat(third.getVersion().getEvaluation().getBetter())
        .as("%s", third.getVersion().getEvaluation())
        .isTrue();
    assertThat(third.getActivated()).isTrue();
    RecallResponse after = recall(QUERIES.getFirst());
    assertThat(after.getReaderVersion()).isEqualTo(3);
    assertThat(after.getMemories(0).getMemory().getId())
        .isEqualTo(before.getMemories(before.getMemoriesCount() - 1).getMemory().getId());
  }

  private static TrainReaderRequest.Builder request(String id) {
    return TrainReaderRequest.newBuilder()
        .setNamespace(NAMESPACE)
        .setRequestId(id)
        .setSettings(
            ReaderSettings.newBuilder().setSteps(2_000).setGamma(1).setLambda(0.001).setSeed(5));
  }

  private ReaderTraining train(String id) {
    return last(clients().learning().trainReader(request(id).build()));
  }

  private static ReaderTraining last(Iterator<TrainReaderResponse> replies) {
    ReaderTraining last = ReaderTraining.getDefaultInstance();
    while (replies.hasNext()) {
      last = replies.next().getTraining();
    }
    return last;
  }

  private ReaderTraining training() {
    return clients()
        .learning()
        .getReaderTraining(GetReaderTrainingRequest.newBuilder().setNamespace(NAMESPACE).build())
        .getTraining();
  }

  private ReaderVersion version(int number) {
    try {
      return ReaderVersion.parseFrom(
          clients()
              .store()
              .getRecord(
                  GetRecordRequest.newBuilder()
                      .setNamespace(NAMESPACE)
                      .setCollection("reader-versions")
                      .setId("%010d".formatted(number))
                      .build())
              .getRecord()
              .getData());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private RecallResponse recall(String query) {
    return clients()
        .orchestrator()
        .recall(RecallRequest.newBuilder().setNamespace(NAMESPACE).setQuery(query).build());
  }

  private Clients clients() {
    return services.clients();
  }
}
