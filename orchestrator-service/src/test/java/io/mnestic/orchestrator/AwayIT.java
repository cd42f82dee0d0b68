package io.mnestic.orchestrator;

import static io.mnestic.orchestrator.fakes.FakeEncoder.STUCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.orchestrator.fakes.FakeEncoder;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.GetSessionRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens while another service is away, and when it is back. */
@Timeout(120)
final class AwayIT {
  private final Running running = new Running();
  private final OrchestratorServiceBlockingStub orchestrator = running.orchestrator();

  @BeforeEach
  void createSession() {
    orchestrator.createSession(
        CreateSessionRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .setCreateNamespace(true)
            .build());
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void withoutTheEncoderAppendsAreKeptRecallIsLexicalAndVectorsFollow() throws Exception {
    append("the first turn, with its vectors");
    running.encoderPeer.stop();
    AppendTurnsResponse appended = append("a charity race", "on Sunday");
    assertThat(appended.getNoticesList())
        .extracting(Notice::getKind)
        .containsExactly(NoticeKind.NOTICE_KIND_VECTORS_PENDING);
    RecallResponse recalled = recall("charity race");
    assertThat(recalled.getNoticesList())
        .extracting(Notice::getKind)
        .containsExactly(NoticeKind.NOTICE_KIND_LEXICAL_ONLY);
    assertThat(recalled.getMemories(0).getMemory().getValue()).isEqualTo("a charity race");
    assertThat(recalled.getMemories(0).getLanesList())
        .extracting(LaneScore::getLane)
        .doesNotContain(Lane.LANE_DENSE);
    Refused.by(() ->
            orchestrator.assembleContext(
                AssembleContextRequest.newBuilder()
                    .setNamespace("n")
                    .setQuery("q")
                    .setBudgetTokens(100)
                    .setTokenizer(FakeEncoder.MODEL)
                    .build()))
        .because(Code.UNAVAILABLE, "ENCODER_UNAVAILABLE");

    running.encoderPeer.start();
    waitUntil(() -> memories().stream().allMatch(memory -> memory.getVectorsCount() > 0));
    assertThat(memories())
        .extracting(AwayIT::names)
        .containsExactly(List.of("key"), List.of("key", "context"), List.of("key", "context"));
    assertThat(recall("charity race").getNoticesList()).isEmpty();
  }

  @Test
  void memoriesThatOnlyLackTokensGetThoseAndKeepTheirVectors() throws Exception {
    append("a charity race", "on Sunday");
    Memory moved =
        memories().getFirst().toBuilder()
            .clearTokenVectors()
            .setVectors(0, memories().getLast().getVectors(0))
            .build();
    List<Memory> whole = memories();
    running.store.replace("n", moved);
    waitUntil(() -> memories().getFirst().getTokenVectorsCount() > 0);
    assertThat(memories().getFirst().getTokenVectorsList())
        .isEqualTo(whole.getFirst().getTokenVectorsList());
    assertThat(memories().getFirst().getVectorsList()).isEqualTo(moved.getVectorsList());
    // A text of many pieces has no tokens, and is not asked for again and again.
    running.store.replace(
        "n", moved.toBuilder().setKey("long ".repeat(6_000)).clearTokenVectors().build());
    int calls = running.encoder.encodeCalls.get();
    int looks = running.store.looks.get();
    waitUntil(() -> running.store.looks.get() > looks + 5);
    assertThat(running.encoder.encodeCalls).hasValue(calls);
  }

  @Test
  void aTextThatCanNotBeEncodedDoesNotKeepTheOthersWaitingNorIsAskedForAgain() throws Exception {
    append("good", FakeEncoder.POISON, "good too");
    waitUntil(() -> memories().stream().filter(memory -> memory.getVectorsCount() > 0).count() > 1);
    int looks = running.store.looks.get();
    waitUntil(() -> running.store.looks.get() > looks + 2);
    int calls = running.encoder.encodeCalls.get();
    waitUntil(() -> running.store.looks.get() > looks + 8);
    assertThat(running.encoder.encodeCalls).hasValue(calls);
    assertThat(memories().get(1).getVectorsList()).isEmpty();
  }

  @Test
  void aHungEncoderLeavesTimeToWriteToRecallAndToEncodeTheOthers() throws Exception {
    AppendTurnsResponse appended =
        append(orchestrator.withDeadlineAfter(3, TimeUnit.SECONDS), "a race", STUCK, "good too");
    assertThat(appended.getNoticesList())
        .extracting(Notice::getKind)
        .containsExactly(NoticeKind.NOTICE_KIND_VECTORS_PENDING);
    assertThat(memories()).hasSize(3);
    RecallResponse recalled =
        recall(orchestrator.withDeadlineAfter(3, TimeUnit.SECONDS), "what " + STUCK);
    assertThat(recalled.getNoticesList())
        .extracting(Notice::getKind)
        .containsExactly(NoticeKind.NOTICE_KIND_LEXICAL_ONLY);
    assertThat(recalled.getMemories(0).getMemory().getValue()).isEqualTo(STUCK);

    waitUntil(() -> memories().stream().filter(memory -> memory.getVectorsCount() > 0).count() > 1);
    assertThat(memories())
        .extracting(AwayIT::names)
        .containsExactly(List.of("key"), List.of(), List.of("key"));
    int calls = running.encoder.encodeCalls.get();
    int looks = running.store.looks.get();
    waitUntil(() -> running.store.looks.get() > looks + 8);
    assertThat(running.encoder.encodeCalls).hasValue(calls);
  }

  @Test
  void otherWeightsOfTheModelAreNotAskedToFillIn() throws Exception {
    running.encoderPeer.stop();
    append("a charity race");
    running.encoder.revision = "2";
    running.encoderPeer.start();
    int looks = running.store.looks.get();
    waitUntil(() -> running.store.looks.get() > looks + 5);
    assertThat(running.encoder.encodeCalls).hasValue(0);
    running.encoder.revision = "1";
    waitUntil(() -> memories().getFirst().getVectorsCount() > 0);
  }

  @Test
  void aLongTurnIsKeptWholeAndEncodedAsPassages() throws Exception {
    String content = "some words of a very long turn ".repeat(6_000).strip();
    assertThat(append(content).getNoticesList())
        .extracting(Notice::getKind)
        .containsExactly(NoticeKind.NOTICE_KIND_VECTORS_PENDING);
    waitUntil(() -> memories().getFirst().getVectorsCount() > 0);
    assertThat(memories().getFirst().getValue()).isEqualTo(content);
    assertThat(names(memories().getFirst()))
        .startsWith("key", "passage/0", "passage/1")
        .hasSizeGreaterThan(6_000 * 7 / 100);
    assertThat(running.encoder.encodeCalls.get()).isGreaterThan(1);
    assertThat(running.encoder.mostChars.get()).isLessThanOrEqualTo(128 << 10);
  }

  @Test
  void withoutTheStoreCallsSaySoAndGoOnWhenItIsBack() throws Exception {
    running.storePeer.stop();
    Refused.by(() -> append("lost?")).because(Code.UNAVAILABLE, "STORE_UNAVAILABLE");
    Refused.by(() -> recall("anything")).because(Code.UNAVAILABLE, "STORE_UNAVAILABLE");
    Refused.by(() ->
            orchestrator.getSession(
                GetSessionRequest.newBuilder().setNamespace("n").setSessionId("s").build()))
        .because(Code.UNAVAILABLE, "STORE_UNAVAILABLE");
    running.storePeer.start();
    waitUntil(() -> {
      try {
        return append("kept").getTurnsCount() == 1;
      } catch (StatusRuntimeException e) {
        return false;
      }
    });
    assertThat(memories()).extracting(Memory::getValue).containsExactly("kept");
  }

  private AppendTurnsResponse append(String... contents) {
    return append(orchestrator, contents);
  }

  private static AppendTurnsResponse append(
      OrchestratorServiceBlockingStub orchestrator, String... contents) {
    AppendTurnsRequest.Builder request =
        AppendTurnsRequest.newBuilder().setNamespace("n").setSessionId("s");
    for (String content : contents) {
      request.addTurns(NewTurn.newBuilder().setContent(content));
    }
    return orchestrator.appendTurns(request.build());
  }

  private RecallResponse recall(String query) {
    return recall(orchestrator, query);
  }

  private static RecallResponse recall(OrchestratorServiceBlockingStub orchestrator, String query) {
    return orchestrator.recall(
        RecallRequest.newBuilder().setNamespace("n").setQuery(query).build());
  }

  private List<Memory> memories() {
    return running.store.memories("n");
  }

  private static List<String> names(Memory memory) {
    return memory.getVectorsList().stream().map(NamedVector::getName).toList();
  }

  /** Waits as long as it takes; the test's own limit ends a wait that never does. */
  private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(20);
    }
  }
}
