package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.grpc.Status.Code;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.orchestrator.fakes.FakeEncoder;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.CreateSessionResponse;
import io.mnestic.orchestrator.v1.DeleteSessionRequest;
import io.mnestic.orchestrator.v1.ForgetRequest;
import io.mnestic.orchestrator.v1.GetSessionRequest;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.ListSessionsRequest;
import io.mnestic.orchestrator.v1.ListSessionsResponse;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecalledMemory;
import io.mnestic.orchestrator.v1.RememberRequest;
import io.mnestic.orchestrator.v1.Session;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A conversation goes in, and the right lines of it come out, over real channels. */
final class OrchestratorIT {
  private final Running running = new Running();
  private final OrchestratorServiceBlockingStub orchestrator = running.orchestrator();

  @BeforeEach
  void createSession() {
    create("s");
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void recallFindsTheTurnAndSaysWhy() {
    long revision = appendRace().getRevision();
    List<RecalledMemory> recalled = recall("Which charity race did Ann run?", revision);
    assertThat(recalled.getFirst().getMemory().getValue())
        .isEqualTo("I ran a charity race on Sunday");
    assertThat(recalled.getFirst().getReasonsList())
        .contains("shares the words: ann, charity, race", "spoken by Ann, who is named");
    assertThat(recalled.getFirst().getMatchedVector()).isEqualTo("key");
    assertThat(recalled)
        .hasSize(3)
        .allSatisfy(memory ->
            assertThat(sum(memory.getLanesList()))
                .isCloseTo(memory.getScore(), Offset.offset(1e-9)));
  }

  @Test
  void turnsAreEncodedWithTheOneBefore() {
    appendRace();
    append("r", turn("Ben", "One more"));
    assertThat(running.store.memories("n"))
        .extracting(memory -> memory.getVectorsList().stream().map(NamedVector::getName).toList())
        .containsExactly(
            List.of("key"),
            List.of("key", "context"),
            List.of("key", "context"),
            List.of("key", "context"));
    assertThat(running.store.memories("n"))
        .extracting(
            memory -> memory.getTokenVectorsList().stream().map(TokenVectors::getName).toList())
        .containsExactly(
            List.of("key"),
            List.of("key", "context"),
            List.of("key", "context"),
            List.of("key", "context"));
    // The context's tokens are the turn's own, not those of the turn before.
    assertThat(running.store.memories("n"))
        .allSatisfy(memory ->
            assertThat(memory.getTokenVectorsList())
                .allSatisfy(tokens ->
                    assertThat(tokens.getIdsList())
                        .isEqualTo(memory.getTokenVectors(0).getIdsList())));
    assertThat(running.encoder.encodeCalls).hasValue(2);
  }

  @Test
  void anAppendThatIsRepeatedIsDoneOnce() {
    AppendTurnsResponse first = append("same", turn("Ann", "Hello"));
    assertThat(append("same", turn("Ann", "Hello"))).isEqualTo(first);
    Refused.by(() -> append("same", turn("Ann", "Goodbye")))
        .because(Code.ALREADY_EXISTS, "REQUEST_ID_REUSED", "request_id");
    orchestrator.remember(
        RememberRequest.newBuilder().setNamespace("n").setRequestId("same").setKey("k").build());
    assertThat(running.store.memories("n"))
        .extracting(Memory::getValue)
        .containsExactly("Hello", "k");
  }

  @Test
  void sessionsAreCreatedOnceListedInPagesAndDeletedWithTheirTurns() {
    CreateSessionResponse again =
        orchestrator.createSession(
            CreateSessionRequest.newBuilder().setNamespace("n").setSessionId("s").build());
    assertThat(again.getCreated()).isFalse();
    assertThat(again.getSession()).isEqualTo(get("s"));
    String made =
        orchestrator
            .createSession(CreateSessionRequest.newBuilder().setNamespace("n").build())
            .getSession()
            .getId();
    ListSessionsResponse page =
        orchestrator.listSessions(
            ListSessionsRequest.newBuilder().setNamespace("n").setPageSize(1).build());
    ListSessionsResponse next =
        orchestrator.listSessions(
            ListSessionsRequest.newBuilder()
                .setNamespace("n")
                .setPageToken(page.getNextPageToken())
                .build());
    assertThat(page.getSessionsList()).extracting(Session::getId).containsExactly(made);
    assertThat(next.getSessionsList()).extracting(Session::getId).containsExactly("s");
    assertThat(next.getNextPageToken()).isEmpty();

    appendRace();
    assertThat(
            orchestrator
                .deleteSession(
                    DeleteSessionRequest.newBuilder()
                        .setNamespace("n")
                        .setSessionId("s")
                        .setForgetTurns(true)
                        .build())
                .getForgottenTurns())
        .isEqualTo(3);
    assertThat(running.store.memories("n")).isEmpty();
    Refused.by(this::appendRace).because(Code.NOT_FOUND, "SESSION_NOT_FOUND", "session_id");
  }

  @Test
  void aContextHasItsPartsInOrder() {
    appendRace();
    String fact =
        orchestrator
            .remember(
                RememberRequest.newBuilder()
                    .setNamespace("n")
                    .setKey("Star Wars")
                    .setValue("science fiction, with Harrison Ford")
                    .setPinned(true)
                    .build())
            .getMemoryId();
    create("later");
    AssembleContextResponse context =
        orchestrator.assembleContext(
            context().setSessionId("later").setQuery("Which charity race?").build());
    assertThat(context.getMessagesList())
        .extracting(Message::getRole)
        .containsExactly(Role.ROLE_SYSTEM, Role.ROLE_USER, Role.ROLE_USER, Role.ROLE_USER);
    assertThat(context.getMessages(1).getContent())
        .contains("- Star Wars: science fiction, with Harrison Ford\n");
    assertThat(context.getMessages(2).getContent())
        .startsWith("<recalled_memories>\n")
        .contains("Ann: I ran a charity race on Sunday\n")
        .endsWith("</recalled_memories>");
    assertThat(context.getMessages(3).getContent()).isEqualTo("Which charity race?");
    assertThat(context.getTokenizer()).isEqualTo("o200k_base");
    assertThat(Durations.toNanos(context.getTimings().getTotal())).isPositive();

    orchestrator.forget(ForgetRequest.newBuilder().setNamespace("n").addMemoryIds(fact).build());
    assertThat(orchestrator.assembleContext(context().setSessionId("later").setQuery("?").build()))
        .extracting(reply -> reply.getMessages(1).getContent())
        .asString()
        .startsWith("<recalled_memories>");
  }

  @Test
  void withoutAQueryTheNewestUserTurnIsAskedAboutAndKeptWithWhatFollows() {
    appendRace();
    append("", NewTurn.newBuilder().setRole(Role.ROLE_ASSISTANT).setContent("Well done").build());
    AssembleContextResponse context = orchestrator.assembleContext(context().build());
    assertThat(context.getMessagesList())
        .extracting(Message::getContent)
        .containsExactly(
            "Be brief.",
            "I ran a charity race on Sunday",
            "How far did you go?",
            "Ten miles, and the sun shone",
            "Well done");
    assertThat(context.getLedgerList())
        .extracting(LedgerEntry::getReason)
        .contains(LedgerReason.LEDGER_REASON_ALREADY_IN);
  }

  @Test
  void theEncodersTokenizerCountsInBatches() {
    appendRace();
    AssembleContextResponse context =
        orchestrator.assembleContext(
            context().setQuery("Which race?").setTokenizer(FakeEncoder.MODEL).build());
    assertThat(context.getMessages(1).getTokens()).isEqualTo(8);
    assertThat(context.getTokenizer()).isEqualTo(FakeEncoder.MODEL);
  }

  private void create(String session) {
    orchestrator.createSession(
        CreateSessionRequest.newBuilder()
            .setNamespace("n")
            .setSessionId(session)
            .setCreateNamespace(true)
            .build());
  }

  private Session get(String session) {
    return orchestrator
        .getSession(GetSessionRequest.newBuilder().setNamespace("n").setSessionId(session).build())
        .getSession();
  }

  private AppendTurnsResponse appendRace() {
    AppendTurnsResponse appended =
        append(
            "",
            turn("Ann", "I ran a charity race on Sunday"),
            turn("Ben", "How far did you go?"),
            turn("Ann", "Ten miles, and the sun shone"));
    assertThat(appended.getTurnsList()).extracting("sequence").containsExactly(1L, 2L, 3L);
    assertThat(appended.getNoticesList()).isEmpty();
    return appended;
  }

  private AppendTurnsResponse append(String requestId, NewTurn... turns) {
    return orchestrator.appendTurns(
        AppendTurnsRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .setRequestId(requestId)
            .addAllTurns(List.of(turns))
            .build());
  }

  private List<RecalledMemory> recall(String query, long revision) {
    return orchestrator
        .recall(
            RecallRequest.newBuilder()
                .setNamespace("n")
                .setQuery(query)
                .setMinRevision(revision)
                .build())
        .getMemoriesList();
  }

  private static AssembleContextRequest.Builder context() {
    return AssembleContextRequest.newBuilder()
        .setNamespace("n")
        .setSessionId("s")
        .setSystemPrompt("Be brief.")
        .setBudgetTokens(1_000);
  }

  private static double sum(List<LaneScore> lanes) {
    return lanes.stream().mapToDouble(lane -> lane.getNormalized() * lane.getWeight()).sum();
  }

  private static NewTurn turn(String speaker, String content) {
    return NewTurn.newBuilder().setSpeaker(speaker).setContent(content).build();
  }
}
