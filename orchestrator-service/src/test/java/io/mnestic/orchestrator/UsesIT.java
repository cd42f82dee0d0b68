package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store is told which memories were given back, not which were looked at. */
final class UsesIT {
  private static final int LOOKS = 6_000;

  private final Running running = new Running();
  private final OrchestratorServiceBlockingStub orchestrator = running.orchestrator();

  @BeforeEach
  void appendTurns() {
    orchestrator.createSession(
        CreateSessionRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .setCreateNamespace(true)
            .build());
    AppendTurnsRequest.Builder turns =
        AppendTurnsRequest.newBuilder().setNamespace("n").setSessionId("s");
    for (String text : List.of("a race", "a charity race", "the weather", "a cello", "a book")) {
      turns.addTurns(NewTurn.newBuilder().setContent(text));
    }
    orchestrator.appendTurns(turns.build());
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void ofARecall() throws InterruptedException {
    List<RecalledMemory> recalled =
        orchestrator
            .recall(
                RecallRequest.newBuilder()
                    .setNamespace("n")
                    .setQuery("charity race")
                    .setLimit(2)
                    .build())
            .getMemoriesList();
    assertThat(recalled).hasSize(2);
    assertUsed(recalled);
  }

  @Test
  void ofAContext() throws InterruptedException {
    List<RecalledMemory> recalled =
        orchestrator
            .assembleContext(
                AssembleContextRequest.newBuilder()
                    .setNamespace("n")
                    .setQuery("charity race")
                    .setBudgetTokens(60)
                    .build())
            .getRecalledList();
    assertThat(recalled).isNotEmpty();
    assertUsed(recalled);
  }

  private void assertUsed(List<RecalledMemory> recalled) throws InterruptedException {
    for (int i = 0; i < LOOKS && running.store.used.size() < recalled.size(); i++) {
      Thread.sleep(10);
    }
    assertThat(running.store.used)
        .containsExactlyElementsOf(recalled.stream().map(it -> it.getMemory().getId()).toList());
  }
}
