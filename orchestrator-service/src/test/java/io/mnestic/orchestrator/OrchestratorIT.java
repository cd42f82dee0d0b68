package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.ForgetRequest;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RememberRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A conversation goes in, and the right lines of it come out, over real channels. */
final class OrchestratorIT {
  private static Running running;

  @BeforeAll
  static void start() {
    running = new Running();
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  @Test
  void aConversationGoesInAndTheRightLinesComeOut() {
    OrchestratorServiceBlockingStub orchestrator = running.orchestrator();
    orchestrator.createSession(
        CreateSessionRequest.newBuilder()
            .setNamespace("tour")
            .setSessionId("s")
            .setCreateNamespace(true)
            .build());
    AppendTurnsResponse appended =
        orchestrator.appendTurns(
            AppendTurnsRequest.newBuilder()
                .setNamespace("tour")
                .setSessionId("s")
                .addTurns(turn("Ann", "I ran a charity race on Sunday"))
                .addTurns(turn("Ben", "How far did you go?"))
                .addTurns(turn("Ann", "Ten miles, and the sun shone"))
                .build());
    assertThat(appended.getTurnsList()).extracting("sequence").containsExactly(1L, 2L, 3L);
    assertThat(appended.getNoticesList()).isEmpty();

    RecallResponse recalled =
        orchestrator.recall(
            RecallRequest.newBuilder()
                .setNamespace("tour")
                .setQuery("Which charity race did Ann run?")
                .setMinRevision(appended.getRevision())
                .build());
    assertThat(recalled.getMemories(0).getMemory().getValue())
        .isEqualTo("I ran a charity race on Sunday");
    assertThat(recalled.getMemories(0).getReasonsList())
        .contains("shares the words: ann, charity, race");

    String fact =
        orchestrator
            .remember(
                RememberRequest.newBuilder()
                    .setNamespace("tour")
                    .setKey("Star Wars")
                    .setValue("science fiction, with Harrison Ford")
                    .setPinned(true)
                    .build())
            .getMemoryId();
    AssembleContextResponse context =
        orchestrator.assembleContext(
            AssembleContextRequest.newBuilder()
                .setNamespace("tour")
                .setSessionId("s")
                .setQuery("Which race was it?")
                .setSystemPrompt("Be brief.")
                .setBudgetTokens(1000)
                .build());
    assertThat(context.getMessagesList())
        .extracting(Message::getRole)
        .containsExactly(
            Role.ROLE_SYSTEM,
            Role.ROLE_USER,
            Role.ROLE_USER,
            Role.ROLE_USER,
            Role.ROLE_USER,
            Role.ROLE_USER);
    assertThat(context.getMessages(1).getContent()).contains("Star Wars: science fiction");

    assertThat(
            orchestrator
                .forget(ForgetRequest.newBuilder().setNamespace("tour").addMemoryIds(fact).build())
                .getForgotten())
        .isEqualTo(1);
  }

  private static NewTurn turn(String speaker, String content) {
    return NewTurn.newBuilder().setSpeaker(speaker).setContent(content).build();
  }
}
