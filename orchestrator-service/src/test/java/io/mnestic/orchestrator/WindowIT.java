package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.grpc.Status.Code;
import io.mnestic.memory.v1.Attachment;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.GetSessionRequest;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.Part;
import io.mnestic.orchestrator.v1.RememberRequest;
import io.mnestic.orchestrator.v1.UpdateSessionRequest;
import io.mnestic.orchestrator.v1.WindowKind;
import io.mnestic.orchestrator.v1.WindowPolicy;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of a session goes in a context, by its policy and by the request's. */
final class WindowIT {
  private final Running running = new Running();
  private final OrchestratorServiceBlockingStub orchestrator = running.orchestrator();

  @BeforeEach
  void createSession() {
    orchestrator.createSession(
        CreateSessionRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .setCreateNamespace(true)
            .setWindow(policy(WindowKind.WINDOW_KIND_NEWEST, 0))
            .build());
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void theSessionSaysWhetherPinnedMemoriesGoInAndTheRequestMaySayOtherwise() {
    String id =
        orchestrator
            .remember(
                RememberRequest.newBuilder()
                    .setNamespace("n")
                    .setKey("metric units")
                    .setPinned(true)
                    .build())
            .getMemoryId();
    append(turn("Hello"));
    assertThat(contents(context())).containsExactly("Hello", "What now?");
    assertThat(contents(context().addPinnedIds(id))).hasSize(3);
    assertThat(contents(context().setWindow(WindowPolicy.getDefaultInstance()))).hasSize(3);

    update(policy(WindowKind.WINDOW_KIND_NEWEST_AND_PINNED, 0));
    assertThat(contents(context())).hasSize(3).first().asString().contains("metric units");
  }

  @Test
  void aPinnedTurnStandsInTheWindowUntilThatHasMovedPastIt() {
    update(policy(WindowKind.WINDOW_KIND_NEWEST_AND_PINNED, 0));
    append(turn("Never call before nine").toBuilder().setPinned(true).build(), turn("Fine"));
    assertThat(contents(context())).containsExactly("Never call before nine", "Fine", "What now?");
    assertThat(ledger(context(), Part.PART_PINNED))
        .extracting(LedgerEntry::getReason)
        .containsExactly(LedgerReason.LEDGER_REASON_ALREADY_IN);

    AssembleContextRequest.Builder narrow =
        context().setWindow(policy(WindowKind.WINDOW_KIND_NEWEST_AND_PINNED, 2));
    assertThat(contents(narrow))
        .hasSize(3)
        .first()
        .asString()
        .contains("user: Never call before nine");
    assertThat(ledger(narrow, Part.PART_TURN))
        .extracting(LedgerEntry::getSequence, LedgerEntry::getReason)
        .containsExactly(
            tuple(1L, LedgerReason.LEDGER_REASON_OVER_BUDGET),
            tuple(2L, LedgerReason.LEDGER_REASON_RECENT));
  }

  @Test
  void attachmentsCostWhatTheCallerDeclares() {
    Attachment picture =
        Attachment.newBuilder()
            .setMediaType("image/png")
            .setUri("s3://cats/1.png")
            .setTokens(765)
            .build();
    append(NewTurn.newBuilder().setRole(Role.ROLE_USER).addAttachments(picture).build());
    AssembleContextResponse context =
        orchestrator.assembleContext(
            context()
                .setBudgetTokens(2_000)
                .addAttachments(picture.toBuilder().setTokens(85))
                .build());
    Message shown = context.getMessages(0);
    assertThat(shown.getContent()).isEmpty();
    assertThat(shown.getTokens()).isEqualTo(765);
    assertThat(shown.getAttachmentsList()).containsExactly(picture);
    assertThat(context.getMessages(1).getTokens()).isEqualTo(88);
    assertThat(context.getTotalTokens()).isEqualTo(765 + 88);
    assertThat(ledger(context().setBudgetTokens(700), Part.PART_TURN))
        .extracting(LedgerEntry::getReason, LedgerEntry::getTokens)
        .containsExactly(tuple(LedgerReason.LEDGER_REASON_OVER_BUDGET, 765));
  }

  @Test
  void turnsThatAreTooOldToBeReadAreOneSpanOfTheLedger() {
    NewTurn[] turns =
        IntStream.rangeClosed(1, 120).mapToObj(i -> turn("number " + i)).toArray(NewTurn[]::new);
    append(turns);
    List<LedgerEntry> ledger = ledger(context().setBudgetTokens(20), Part.PART_TURN);
    assertThat(ledger.getFirst())
        .isEqualTo(
            LedgerEntry.newBuilder()
                .setPart(Part.PART_TURN)
                .setReason(LedgerReason.LEDGER_REASON_OVER_BUDGET)
                .setSequence(1)
                .setLastSequence(70)
                .build());
    assertThat(ledger.subList(1, ledger.size()))
        .extracting(LedgerEntry::getSequence)
        .containsExactlyElementsOf(IntStream.rangeClosed(71, 120).mapToObj(Long::valueOf).toList());
  }

  @Test
  void whatCanNotBeIsRefused() {
    Refused.by(() -> update(policy(WindowKind.WINDOW_KIND_NEWEST, 10_000_001)))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "window.max_tokens");
    Refused.by(() -> update(WindowPolicy.newBuilder().setKindValue(77).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "window.kind");
    Refused.by(() ->
            orchestrator.updateSession(
                UpdateSessionRequest.newBuilder().setNamespace("n").setSessionId("no").build()))
        .because(Code.NOT_FOUND, "SESSION_NOT_FOUND", "session_id");
    Refused.by(() ->
            append(
                NewTurn.newBuilder()
                    .addAttachments(Attachment.newBuilder().setMediaType("picture"))
                    .build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "turns[0].attachments[0].media_type");
    Refused.by(() ->
            append(
                NewTurn.newBuilder()
                    .addAttachments(
                        Attachment.newBuilder().setMediaType("image/png").setTokens(1_000_001))
                    .build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "turns[0].attachments[0].tokens");
    Refused.by(() ->
            orchestrator.assembleContext(
                context()
                    .setQuery("")
                    .addAttachments(Attachment.newBuilder().setMediaType("image/png"))
                    .build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "request");
    Refused.by(() ->
            orchestrator.createSession(
                CreateSessionRequest.newBuilder().setNamespace("n").setSessionId("s").build()))
        .because(Code.ALREADY_EXISTS, "SESSION_EXISTS", "session_id");
    assertThat(running.store.memories("n")).isEmpty();
  }

  @Test
  void anUpdateChangesWhatItNames() {
    orchestrator.updateSession(
        UpdateSessionRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .setTitle("Cats")
            .build());
    assertThat(
            orchestrator
                .getSession(
                    GetSessionRequest.newBuilder().setNamespace("n").setSessionId("s").build())
                .getSession())
        .satisfies(session -> {
          assertThat(session.getTitle()).isEqualTo("Cats");
          assertThat(session.getWindow().getKind()).isEqualTo(WindowKind.WINDOW_KIND_NEWEST);
          assertThat(session.hasCreateTime()).isTrue();
        });
  }

  private void update(WindowPolicy policy) {
    orchestrator.updateSession(
        UpdateSessionRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .setWindow(policy)
            .build());
  }

  private void append(NewTurn... turns) {
    orchestrator.appendTurns(
        AppendTurnsRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .addAllTurns(List.of(turns))
            .build());
  }

  private List<String> contents(AssembleContextRequest.Builder request) {
    return orchestrator.assembleContext(request.build()).getMessagesList().stream()
        .map(Message::getContent)
        .toList();
  }

  private List<LedgerEntry> ledger(AssembleContextRequest.Builder request, Part part) {
    return orchestrator.assembleContext(request.build()).getLedgerList().stream()
        .filter(entry -> entry.getPart() == part)
        .toList();
  }

  private static AssembleContextRequest.Builder context() {
    return AssembleContextRequest.newBuilder()
        .setNamespace("n")
        .setSessionId("s")
        .setQuery("What now?")
        .setMaxRecalled(0)
        .setBudgetTokens(1_000);
  }

  private static WindowPolicy policy(WindowKind kind, int maxTokens) {
    return WindowPolicy.newBuilder().setKind(kind).setMaxTokens(maxTokens).build();
  }

  private static NewTurn turn(String content) {
    return NewTurn.newBuilder().setContent(content).build();
  }
}
