package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.Status.Code;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.fakes.FakeChatServer;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.CancelConsolidationRequest;
import io.mnestic.orchestrator.v1.ConsolidateNamespaceRequest;
import io.mnestic.orchestrator.v1.ConsolidateNamespaceResponse;
import io.mnestic.orchestrator.v1.Consolidation;
import io.mnestic.orchestrator.v1.ConsolidationState;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.DeleteSessionRequest;
import io.mnestic.orchestrator.v1.ForgetRequest;
import io.mnestic.orchestrator.v1.GetConsolidationRequest;
import io.mnestic.orchestrator.v1.GetProfileRequest;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.ListConsolidationsRequest;
import io.mnestic.orchestrator.v1.ListSourcesRequest;
import io.mnestic.orchestrator.v1.ListSourcesResponse;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.Part;
import io.mnestic.orchestrator.v1.ProfileFact;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecalledMemory;
import io.mnestic.orchestrator.v1.WindowKind;
import io.mnestic.orchestrator.v1.WindowPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns become episodes, themes and facts, over real channels, and whatever breaks off goes on. */
final class ConsolidationIT {
  private static final long BEGIN = Instant.parse("2026-03-01T09:00:00Z").getEpochSecond();
  private static final Map<String, Object> SMALL =
      Map.of(
          "mnestic.orchestrator.consolidation.interval", "50ms",
          "mnestic.orchestrator.consolidation.hold", "500ms",
          "mnestic.orchestrator.compaction.window-tokens", "40",
          "mnestic.orchestrator.compaction.episode-tokens", "40",
          "mnestic.orchestrator.compaction.summary-tokens", "20",
          "mnestic.orchestrator.compaction.fan", "2");

  private final Running running = new Running(SMALL);

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void turnsTheWindowHasMovedPastBecomeEpisodesAndTheSummaryTellsOfThem() {
    create("s", WindowKind.WINDOW_KIND_NEWEST_AND_SUMMARY);
    talk("s", 24);
    waitUntil(() -> memories(Kind.KIND_EPISODE).size() >= 6);
    waitUntil(() ->
        context("s", 400).getLedgerList().stream()
            .anyMatch(it -> it.getPart() == Part.PART_SUMMARY));
    AssembleContextResponse context = context("s", 400);
    List<LedgerEntry> told =
        context.getLedgerList().stream()
            .filter(it -> it.getReason() == LedgerReason.LEDGER_REASON_SUMMARIZED)
            .toList();
    assertThat(told).isNotEmpty();
    assertThat(context.getMessagesList())
        .anyMatch(message -> message.getContent().startsWith("<conversation_summary>\n"));
    assertThat(context.getLedgerList())
        .filteredOn(it -> it.getPart() == Part.PART_SUMMARY)
        .extracting(LedgerEntry::getMemoryId)
        .containsAll(told.stream().map(LedgerEntry::getSummaryId).toList());
    assertThat(context.getTotalTokens()).isLessThanOrEqualTo(400);
  }

  @Test
  void aHierarchyLeadsDownToTheVerbatimTurns() {
    create("s", WindowKind.WINDOW_KIND_NEWEST);
    create("t", WindowKind.WINDOW_KIND_NEWEST);
    talk("s", 12);
    talk("t", 12);
    Consolidation done = consolidate(true);
    assertThat(done.getSessionsDone()).isEqualTo(2);
    assertThat(done.getTurnsRead()).isEqualTo(24);
    assertThat(done.getThemesWritten()).isPositive();
    List<Memory> episodes = memories(Kind.KIND_EPISODE);
    assertThat(done.getEpisodesWritten()).isEqualTo(ofLevel(episodes, 0, "episode").size());
    List<String> turnsTold = new ArrayList<>();
    for (Memory episode : ofLevel(episodes, 0, "episode")) {
      List<Memory> turns = sources(episode.getId(), false).getMemoriesList();
      assertThat(turns).allMatch(turn -> turn.getKind() == Kind.KIND_TURN);
      assertThat(turns).anyMatch(turn -> episode.getKey().contains(turn.getValue()));
      turns.forEach(turn -> turnsTold.add(turn.getId()));
    }
    assertThat(turnsTold)
        .containsExactlyInAnyOrderElementsOf(
            memories(Kind.KIND_TURN).stream().map(Memory::getId).toList());

    Memory top =
        episodes.stream()
            .filter(memory -> memory.getId().startsWith("theme-"))
            .max((a, b) -> Double.compare(level(a), level(b)))
            .orElseThrow();
    assertThat(level(top)).isGreaterThan(1);
    assertThat(sources(top.getId(), false).getMemoriesList())
        .allMatch(memory -> level(memory) == level(top) - 1);
    ListSourcesResponse bottom = sources(top.getId(), true);
    assertThat(bottom.getMemoriesList()).allMatch(turn -> turn.getKind() == Kind.KIND_TURN);
    List<Memory> paged = new ArrayList<>();
    String token = "";
    do {
      ListSourcesResponse page =
          orchestrator()
              .listSources(
                  ListSourcesRequest.newBuilder()
                      .setNamespace("n")
                      .setMemoryId(top.getId())
                      .setToVerbatim(true)
                      .setPageSize(5)
                      .setPageToken(token)
                      .build());
      paged.addAll(page.getMemoriesList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(paged).isEqualTo(bottom.getMemoriesList());

    String forgotten = paged.getFirst().getId();
    orchestrator()
        .forget(ForgetRequest.newBuilder().setNamespace("n").addMemoryIds(forgotten).build());
    assertThat(sources(top.getId(), true).getMissingIdsList()).containsExactly(forgotten);
  }

  @Test
  void episodesAndFactsAreRecalledOnlyWhenTheirKindIsAskedFor() {
    create("s", WindowKind.WINDOW_KIND_NEWEST);
    talk("s", 12);
    say("s", 20_000, "I live in Porto, by the river");
    consolidate(true);
    assertThat(recall("Porto river", Filter.getDefaultInstance()))
        .isNotEmpty()
        .allMatch(recalled -> recalled.getMemory().getKind() == Kind.KIND_TURN);
    assertThat(
            recall(
                "Porto",
                Filter.newBuilder().addKinds(Kind.KIND_EPISODE).addKinds(Kind.KIND_FACT).build()))
        .extracting(recalled -> recalled.getMemory().getKind())
        .contains(Kind.KIND_EPISODE, Kind.KIND_FACT);
  }

  @Test
  void aNewerFactEndsTheOlderOnesTimeAndBothAreShown() {
    create("s", WindowKind.WINDOW_KIND_NEWEST);
    say("s", 0, "I live in Porto, by the river");
    say("s", 100, "I love oysters");
    say("s", 200, "Guess what: I moved to Lisbon!");
    say("s", 300, "I hate oysters, by the way");
    Consolidation done = consolidate(false);
    assertThat(done.getFactsWritten()).isEqualTo(4);
    assertThat(done.getFactsClosed()).isEqualTo(2);
    assertThat(facts(profile().build())).containsExactly("dislikes oysters", "lives in Lisbon");
    assertThat(facts(profile().setValidAt(time(150)).build()))
        .containsExactly("likes oysters", "lives in Porto");
    assertThat(facts(profile().setWithPast(true).build())).hasSize(4);

    RecalledMemory lisbon =
        orchestrator()
            .recall(
                RecallRequest.newBuilder()
                    .setNamespace("n")
                    .setQuery("lives in Lisbon")
                    .setFilter(Filter.newBuilder().addKinds(Kind.KIND_FACT))
                    .setWithConflicts(true)
                    .build())
            .getMemories(0);
    assertThat(lisbon.getMemory().getValue()).isEqualTo("Ann lives in Lisbon");
    assertThat(lisbon.getMemory().hasValidTo()).isFalse();
    assertThat(lisbon.getConflictsList())
        .singleElement()
        .satisfies(porto -> {
          assertThat(porto.getValue()).isEqualTo("Ann lives in Porto");
          assertThat(porto.getValidFrom()).isEqualTo(time(0));
          assertThat(porto.getValidTo()).isEqualTo(time(200));
        });
    assertThat(sources(lisbon.getMemory().getId(), true).getMemoriesList())
        .extracting(Memory::getValue)
        .containsExactly("Guess what: I moved to Lisbon!");
  }

  @Test
  void whatIsSaidAgainIsOneFactWithTwoSourcesAndAUseOfTheEarlierTurn() {
    create("s", WindowKind.WINDOW_KIND_NEWEST);
    say("s", 0, "I live in Porto, by the river");
    say("s", 100, "I live in Porto, by the river");
    say("s", 200, "Something else altogether");
    assertThat(consolidate(false).getTurnsReinforced()).isEqualTo(1);
    assertThat(memories(Kind.KIND_FACT))
        .singleElement()
        .satisfies(fact -> assertThat(fact.getSourceIdsCount()).isEqualTo(2));
    String first = memories(Kind.KIND_TURN).getFirst().getId();
    assertThat(running.store.used).containsExactly(first);
    assertThat(consolidate(false).getTurnsRead()).isZero();
    assertThat(running.store.used).containsExactly(first);
  }

  @Test
  void whereverItBreaksOffItGoesOnAndTheEndIsTheSame() {
    Map<String, Memory> expected = new HashMap<>();
    int writes = 0;
    for (int taken = -1; taken <= writes; taken = taken < 0 ? 0 : taken + 9) {
      try (Running broken = new Running(SMALL)) {
        broken
            .orchestrator()
            .createSession(
                CreateSessionRequest.newBuilder()
                    .setNamespace("n")
                    .setSessionId("s")
                    .setCreateNamespace(true)
                    .build());
        append(broken, "s", 0, 14, "I live in Porto and talk about number ");
        append(broken, "s", 9_000, 1, "I moved to Lisbon. And number ");
        long before = broken.store.changes.get();
        Consolidation begun =
            broken
                .orchestrator()
                .consolidateNamespace(
                    ConsolidateNamespaceRequest.newBuilder()
                        .setNamespace("n")
                        .setAllTurns(true)
                        .build())
                .getConsolidation();
        broken.store.writesUntilAway.set(taken);
        if (taken >= 0) {
          waitUntil(() -> broken.store.refusedWrites.get() > 0 || ended(broken, begun.getId()));
          broken.restart();
          broken.store.writesUntilAway.set(-1);
        }
        waitUntil(() -> ended(broken, begun.getId()));
        Map<String, Memory> there = new HashMap<>();
        broken.store.memories("n").forEach(memory -> there.put(memory.getId(), comparable(memory)));
        if (taken < 0) {
          expected.putAll(there);
          writes = (int) (broken.store.changes.get() - before);
          assertThat(writes).isGreaterThan(20);
        }
        assertThat(there).as("after %d writes", taken).isEqualTo(expected);
      }
    }
  }

  @Test
  void aLanguageModelTellsItAndTheExtractStaysAsEvidence() {
    try (FakeChatServer model = new FakeChatServer()) {
      model.thenAnswers("Ann told ", "of boats.");
      for (int i = 0; i < 8; i++) {
        model.thenFails(400, null, "{}");
      }
      Map<String, Object> settings = new HashMap<>(SMALL);
      settings.put("mnestic.orchestrator.llm.base-url", model.baseUrl());
      settings.put("mnestic.orchestrator.llm.model", "fake");
      try (Running told = new Running(settings)) {
        told.orchestrator()
            .createSession(
                CreateSessionRequest.newBuilder()
                    .setNamespace("n")
                    .setSessionId("s")
                    .setCreateNamespace(true)
                    .build());
        append(told, "s", 0, 4, "the river and boat number ");
        String id =
            told.orchestrator()
                .consolidateNamespace(
                    ConsolidateNamespaceRequest.newBuilder()
                        .setNamespace("n")
                        .setAllTurns(true)
                        .build())
                .getConsolidation()
                .getId();
        waitUntil(() -> ended(told, id));
        List<Memory> episodes =
            told.store.memories("n").stream()
                .filter(memory -> memory.getKind() == Kind.KIND_EPISODE)
                .toList();
        assertThat(episodes.size()).isBetween(2, 8);
        assertThat(episodes)
            .filteredOn(memory -> memory.getValue().equals("Ann told of boats."))
            .singleElement()
            .satisfies(memory -> assertThat(memory.getKey()).startsWith("Ann: the river and boat"));
        assertThat(episodes)
            .filteredOn(memory -> !memory.getValue().equals("Ann told of boats."))
            .isNotEmpty()
            .allSatisfy(memory -> assertThat(memory.getValue()).isEqualTo(memory.getKey()));
      }
    }
  }

  @Test
  void oneIsUnderWayAtATimeAndARequestIdIsTheSameOne() {
    create("s", WindowKind.WINDOW_KIND_NEWEST);
    talk("s", 6);
    running.encoderPeer.stop();
    ConsolidateNamespaceResponse first = begin("r", true);
    assertThat(first.getCreated()).isTrue();
    assertThat(begin("r", true).getConsolidation().getId())
        .isEqualTo(first.getConsolidation().getId());
    assertThat(begin("", false).getConsolidation().getId())
        .isEqualTo(first.getConsolidation().getId());
    assertThat(list())
        .extracting(Consolidation::getId)
        .containsExactly(first.getConsolidation().getId());
    running.encoderPeer.start();
    Consolidation done = await(first.getConsolidation().getId());
    assertThat(done.getState()).isEqualTo(ConsolidationState.CONSOLIDATION_STATE_SUCCEEDED);
    assertThat(begin("r", true).getConsolidation()).isEqualTo(done);
    assertThat(list()).containsExactly(done);
  }

  @Test
  void aCancelledOneEndsAndAnotherGoesOnFromThere() {
    create("s", WindowKind.WINDOW_KIND_NEWEST);
    talk("s", 8);
    running.encoderPeer.stop();
    String id = begin("", true).getConsolidation().getId();
    Consolidation cancelled =
        orchestrator()
            .cancelConsolidation(
                CancelConsolidationRequest.newBuilder().setNamespace("n").setId(id).build())
            .getConsolidation();
    assertThat(cancelled.getCancelling()).isTrue();
    assertThat(await(id).getState()).isEqualTo(ConsolidationState.CONSOLIDATION_STATE_CANCELLED);
    running.encoderPeer.start();
    assertThat(consolidate(true).getState())
        .isEqualTo(ConsolidationState.CONSOLIDATION_STATE_SUCCEEDED);
  }

  @Test
  void aSessionThatIsDeletedWithItsTurnsLeavesNoEpisodes() {
    create("s", WindowKind.WINDOW_KIND_NEWEST);
    talk("s", 12);
    consolidate(false);
    assertThat(memories(Kind.KIND_EPISODE)).isNotEmpty();
    orchestrator()
        .deleteSession(
            DeleteSessionRequest.newBuilder()
                .setNamespace("n")
                .setSessionId("s")
                .setForgetTurns(true)
                .build());
    assertThat(memories(Kind.KIND_EPISODE))
        .noneMatch(memory -> memory.getId().startsWith("episode-"));
  }

  @Test
  void whatIsNotThereIsRefused() {
    create("s", WindowKind.WINDOW_KIND_NEWEST);
    Refused.by(() ->
            orchestrator()
                .getConsolidation(
                    GetConsolidationRequest.newBuilder().setNamespace("n").setId("x").build()))
        .because(Code.NOT_FOUND, "CONSOLIDATION_NOT_FOUND", "id");
    Refused.by(() ->
            orchestrator()
                .cancelConsolidation(
                    CancelConsolidationRequest.newBuilder().setNamespace("n").setId("x").build()))
        .because(Code.NOT_FOUND, "CONSOLIDATION_NOT_FOUND", "id");
    Refused.by(() ->
            orchestrator()
                .consolidateNamespace(
                    ConsolidateNamespaceRequest.newBuilder().setNamespace("nowhere").build()))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    Refused.by(() ->
            orchestrator()
                .getProfile(GetProfileRequest.newBuilder().setNamespace("nowhere").build()))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    Refused.by(() -> sources("none", false))
        .because(Code.NOT_FOUND, "MEMORY_NOT_FOUND", "memory_id");
    Refused.by(() ->
            orchestrator()
                .listSources(
                    ListSourcesRequest.newBuilder()
                        .setNamespace("n")
                        .setMemoryId("m")
                        .setPageToken("made up")
                        .build()))
        .because(Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", "page_token");
  }

  private OrchestratorServiceBlockingStub orchestrator() {
    return running.orchestrator();
  }

  private void create(String session, WindowKind kind) {
    orchestrator()
        .createSession(
            CreateSessionRequest.newBuilder()
                .setNamespace("n")
                .setSessionId(session)
                .setCreateNamespace(true)
                .setWindow(WindowPolicy.newBuilder().setKind(kind))
                .build());
  }

  private void talk(String session, int turns) {
    append(running, session, 0, turns, session + " speaks of the river and of boat number ");
  }

  private void say(String session, long second, String text) {
    append(running, session, second, 1, text);
  }

  private static void append(Running running, String session, long second, int turns, String text) {
    AppendTurnsRequest.Builder request =
        AppendTurnsRequest.newBuilder().setNamespace("n").setSessionId(session);
    for (int i = 0; i < turns; i++) {
      request.addTurns(
          NewTurn.newBuilder()
              .setSpeaker("Ann")
              .setContent(turns == 1 ? text : text + i + " with sail " + (char) ('a' + i))
              .setSaidTime(time(second + i)));
    }
    running.orchestrator().appendTurns(request.build());
  }

  private AssembleContextResponse context(String session, int budget) {
    return orchestrator()
        .assembleContext(
            AssembleContextRequest.newBuilder()
                .setNamespace("n")
                .setSessionId(session)
                .setQuery("And now?")
                .setMaxRecalled(0)
                .setBudgetTokens(budget)
                .build());
  }

  private ConsolidateNamespaceResponse begin(String requestId, boolean allTurns) {
    return orchestrator()
        .consolidateNamespace(
            ConsolidateNamespaceRequest.newBuilder()
                .setNamespace("n")
                .setRequestId(requestId)
                .setAllTurns(allTurns)
                .build());
  }

  private Consolidation consolidate(boolean allTurns) {
    Consolidation done = await(begin("", allTurns).getConsolidation().getId());
    assertThat(done.getState()).isEqualTo(ConsolidationState.CONSOLIDATION_STATE_SUCCEEDED);
    return done;
  }

  private Consolidation await(String id) {
    waitUntil(() -> ended(running, id));
    return get(running, id);
  }

  private static boolean ended(Running running, String id) {
    return get(running, id).getState() != ConsolidationState.CONSOLIDATION_STATE_RUNNING;
  }

  private static Consolidation get(Running running, String id) {
    return running
        .orchestrator()
        .getConsolidation(GetConsolidationRequest.newBuilder().setNamespace("n").setId(id).build())
        .getConsolidation();
  }

  private List<Consolidation> list() {
    return orchestrator()
        .listConsolidations(ListConsolidationsRequest.newBuilder().setNamespace("n").build())
        .getConsolidationsList();
  }

  private ListSourcesResponse sources(String id, boolean toVerbatim) {
    return orchestrator()
        .listSources(
            ListSourcesRequest.newBuilder()
                .setNamespace("n")
                .setMemoryId(id)
                .setToVerbatim(toVerbatim)
                .build());
  }

  private List<RecalledMemory> recall(String query, Filter filter) {
    return orchestrator()
        .recall(
            RecallRequest.newBuilder()
                .setNamespace("n")
                .setQuery(query)
                .setFilter(filter)
                .setLimit(100)
                .build())
        .getMemoriesList();
  }

  private static GetProfileRequest.Builder profile() {
    return GetProfileRequest.newBuilder().setNamespace("n").setSubject("Ann");
  }

  private List<String> facts(GetProfileRequest request) {
    return orchestrator().getProfile(request).getFactsList().stream()
        .map((ProfileFact fact) -> fact.getRelation() + " " + fact.getObject())
        .toList();
  }

  private List<Memory> memories(Kind kind) {
    return running.store.memories("n").stream().filter(memory -> memory.getKind() == kind).toList();
  }

  private static List<Memory> ofLevel(List<Memory> memories, int level, String prefix) {
    return memories.stream()
        .filter(memory -> level(memory) == level && memory.getId().startsWith(prefix))
        .toList();
  }

  private static double level(Memory memory) {
    return memory.getAttributesOrThrow("mnestic.level").getNumber();
  }

  private static Memory comparable(Memory memory) {
    return memory.toBuilder().clearVectors().clearTokenVectors().clearRevision().build();
  }

  private static Timestamp time(long second) {
    return Timestamps.fromSeconds(BEGIN + second);
  }

  private static void waitUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
