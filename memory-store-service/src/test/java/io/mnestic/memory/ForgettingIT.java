package io.mnestic.memory;

import static io.mnestic.memory.BadInputIT.refused;
import static io.mnestic.memory.Memories.fact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import io.mnestic.memory.v1.*;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Forgetting by policy, through a real server that sweeps often. */
final class ForgettingIT {
  private static final Map<String, Object> OFTEN =
      Map.of(
          "mnestic.store.forgetting.interval",
          "50ms",
          "mnestic.store.forgetting.batch-size",
          10,
          "mnestic.store.forgetting.rest",
          0,
          "mnestic.store.usage.flush-interval",
          "50ms");

  @TempDir static Path data;
  private static TestStore store;
  private String namespace = "";

  @BeforeAll
  static void start() {
    store = TestStore.start(data, OFTEN);
  }

  @AfterAll
  static void stop() {
    store.close();
  }

  @BeforeEach
  void create(TestInfo test) {
    namespace = test.getTestMethod().orElseThrow().getName();
    store.createNamespace(namespace);
  }

  @Test
  void theLeastRetainedGoUntilTheCapacityIsKept() {
    for (int i = 0; i < 30; i++) {
      write(fact("m" + i, "zebra " + i, 1, 0, 0, i).setImportance(1 + i % 10));
    }
    pin("m0");
    long before = describe().getRevision();
    List<ForgettingCandidate> previewed =
        preview(request().setPolicy(policy().setMaxMemories(5)).setPageSize(4));
    assertThat(previewed).hasSize(25);
    assertThat(describe().getRevision()).isEqualTo(before);

    forget(policy().setMaxMemories(5));
    Namespace after = await(it -> it.getForgettingStatus().getLastForgotten() == 25);
    assertThat(after.getMemoryCount()).isEqualTo(5);
    assertThat(after.getForgettingStatus().getEvicted()).isEqualTo(25);
    assertThat(after.getForgettingStatus().getLastScanned()).isEqualTo(30);
    assertThat(after.getForgettingStatus().hasLastSweepTime()).isTrue();
    // Ten by ten, each an ordinary revision.
    assertThat(after.getRevision()).isEqualTo(before + 3);
    // The pinned one stays, though its importance is the least.
    assertThat(list(0)).contains("m0").hasSize(5);
    assertThat(ids(previewed)).doesNotContainAnyElementsOf(list(0));
    assertThat(found("zebra", after.getRevision())).containsExactlyInAnyOrderElementsOf(list(0));

    // As of before, the difference and the feed show them.
    assertThat(list(before)).hasSize(30);
    DiffRevisionsResponse diff =
        store.client.diffRevisions(
            DiffRevisionsRequest.newBuilder()
                .setNamespace(namespace)
                .setFromRevision(before)
                .build());
    assertThat(diff.getDifferencesList())
        .extracting(Difference::getId, Difference::getKind, Difference::getForgottenBecause)
        .containsExactlyInAnyOrderElementsOf(
            ids(previewed).stream()
                .map(id ->
                    tuple(
                        id,
                        DifferenceKind.DIFFERENCE_KIND_REMOVED,
                        ForgettingReason.FORGETTING_REASON_OVER_CAPACITY))
                .toList());
    try (Watching watching =
        Watching.start(
            store.channel(),
            WatchMemoriesRequest.newBuilder()
                .setNamespace(namespace)
                .setAfterRevision(before)
                .build())) {
      List<String> told = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        RevisionChange change = watching.change();
        assertThat(change.getForgottenBecause())
            .isEqualTo(ForgettingReason.FORGETTING_REASON_OVER_CAPACITY);
        told.addAll(change.getDeletedMemoriesList());
      }
      assertThat(told).containsExactlyElementsOf(ids(previewed));
    }
  }

  @Test
  void aDeleteOfACallerIsNotForgotten() {
    write(fact("f", "a key"));
    store.client.deleteMemories(
        DeleteMemoriesRequest.newBuilder().setNamespace(namespace).addIds("f").build());
    try (Watching watching =
        Watching.start(
            store.channel(), WatchMemoriesRequest.newBuilder().setNamespace(namespace).build())) {
      watching.change();
      assertThat(watching.change().getForgottenBecause())
          .isEqualTo(ForgettingReason.FORGETTING_REASON_UNSPECIFIED);
    }
  }

  @Test
  void bytesHaveACapacityToo() {
    for (int i = 0; i < 20; i++) {
      write(fact("m" + i, "k".repeat(1_000)));
    }
    long all = describe().getMemoryBytes();
    assertThat(all)
        .isEqualTo(
            store
                .client
                .listMemories(ListMemoriesRequest.newBuilder().setNamespace(namespace).build())
                .getMemoriesList()
                .stream()
                .mapToLong(Memory::getSerializedSize)
                .sum());
    forget(policy().setMaxBytes(all / 2));
    Namespace after = await(it -> it.getForgettingStatus().getEvicted() > 0);
    assertThat(after.getMemoryBytes()).isBetween(all / 2 - 2_100, all / 2);
  }

  @Test
  void whatIsOldExpiresAndWhatDecayedGoes() {
    write(fact("kept", "a"), fact("unimportant", "b").setImportance(0.1f));
    forget(policy().setMinRetention(0.5));
    Namespace after = await(it -> it.getMemoryCount() == 1);
    assertThat(after.getForgettingStatus().getDecayed()).isEqualTo(1);
    assertThat(list(0)).containsExactly("kept");
    forget(policy().setExpireAfter(Duration.newBuilder().setSeconds(1)));
    after = await(it -> it.getMemoryCount() == 0);
    assertThat(after.getForgettingStatus().getExpired()).isEqualTo(1);
    assertThat(after.getForgettingStatus().getDecayed()).isEqualTo(1);
  }

  @Test
  void aPreviewLooksAheadAndShowsEachTerm() {
    write(fact("used", "a").setImportance(2), fact("unused", "b").setImportance(4));
    for (int i = 0; i < 3; i++) {
      get("used", false);
    }
    Timestamp tenDays = in(10 * 24 * 60 * 60);
    PreviewForgettingResponse preview =
        store.client.previewForgetting(
            request()
                .setAtTime(tenDays)
                .setPolicy(policy().setDecay(0.5).setMinRetention(10))
                .build());
    assertThat(preview.getAtTime()).isEqualTo(tenDays);
    assertThat(preview.getDecayed()).isEqualTo(2);
    assertThat(ids(preview.getCandidatesList())).containsExactly("unused", "used");
    Retention unused = preview.getCandidates(0).getRetention();
    assertThat(unused.getImportance()).isEqualTo(4);
    assertThat(unused.getIdlePeriods()).isBetween(9.99, 10.01);
    assertThat(unused.getDecayFactor()).isEqualTo(Math.pow(0.5, unused.getIdlePeriods()));
    assertThat(unused.getUseFactor()).isEqualTo(1);
    assertThat(unused.getUsage()).isEqualTo(MemoryUsage.getDefaultInstance());
    Retention used = preview.getCandidates(1).getRetention();
    assertThat(used.getUsage().getUses()).isEqualTo(3);
    assertThat(used.getUsage().hasLastUsedTime()).isTrue();
    assertThat(used.getUseFactor()).isEqualTo(1 + Math.log1p(3));
    assertThat(used.getRetention())
        .isEqualTo(used.getImportance() * used.getDecayFactor() * used.getUseFactor());
    // Now nothing would go, and nothing did.
    assertThat(preview(request().setPolicy(policy().setDecay(0.5).setMinRetention(1)))).isEmpty();
    assertThat(describe().getMemoryCount()).isEqualTo(2);
  }

  @Test
  void thoseCallsCountThatSayWhatIsUsed() {
    write(
        fact("near", "zebra", 1, 0, 0, 0),
        fact("far", "lion", 0, 1, 0, 0),
        fact("other", "tiger", 0, 0, 1, 0));
    long revision = describe().getRevision();
    SearchMemoriesRequest.Builder search =
        SearchMemoriesRequest.newBuilder()
            .setNamespace(namespace)
            .setText("zebra")
            .setRanking(Ranking.RANKING_LEXICAL);
    store.client.searchMemories(search.setMinRevision(revision).build());
    store.client.searchMemories(search.setUncounted(true).build());
    store.client.searchMemories(
        search.setUncounted(false).setMinRevision(0).setAsOfRevision(revision).build());
    assertThat(uses()).containsExactly(0L, 1L, 0L);
    get("near", false);
    get("near", true);
    store.client.getMemory(
        GetMemoryRequest.newBuilder()
            .setNamespace(namespace)
            .setId("near")
            .setAsOfRevision(revision)
            .build());
    list(0);
    assertThat(uses()).containsExactly(0L, 2L, 0L);
    ReadMemoryRequest.Builder read =
        ReadMemoryRequest.newBuilder()
            .setNamespace(namespace)
            .addAllVector(List.of(1f, 1f, 0f, 0f))
            .setBeta(10)
            .setHops(2);
    store.client.readMemory(read.build());
    store.client.readMemory(read.setUncounted(true).build());
    // Half the weight each; the third has next to none.
    assertThat(uses()).containsExactly(1L, 3L, 0L);
    store.client.recordUses(
        RecordUsesRequest.newBuilder()
            .setNamespace(namespace)
            .addAllIds(List.of("far", "far", "gone"))
            .build());
    assertThat(uses()).containsExactly(3L, 3L, 0L);
    // A new version keeps them, a branch starts with them, a deleted memory loses them.
    store.client.updateMemory(
        UpdateMemoryRequest.newBuilder()
            .setNamespace(namespace)
            .setMemory(Memory.newBuilder().setId("near").setImportance(2))
            .setUpdateMask(FieldMask.newBuilder().addPaths("importance"))
            .build());
    store.client.branchNamespace(
        BranchNamespaceRequest.newBuilder().setNamespace(namespace).setBranch("b").build());
    store.client.deleteMemories(
        DeleteMemoriesRequest.newBuilder().setNamespace(namespace).addIds("far").build());
    write(fact("far", "lion"));
    assertThat(uses()).containsExactly(0L, 3L, 0L);
    assertThat(uses("b")).containsExactly(3L, 3L, 0L);
  }

  @Test
  void countsSurviveARestart(@TempDir Path own) {
    // Nothing is flushed by itself.
    Map<String, Object> seldom =
        Map.of(
            "mnestic.store.forgetting.interval", "1h",
            "mnestic.store.usage.flush-interval", "1h");
    try (TestStore first = TestStore.start(own, seldom)) {
      first.createNamespace("n");
      first.client.writeMemories(
          WriteMemoriesRequest.newBuilder()
              .setNamespace("n")
              .addMemories(fact("f", "a key"))
              .build());
      for (int i = 0; i < 5; i++) {
        first.client.getMemory(GetMemoryRequest.newBuilder().setNamespace("n").setId("f").build());
      }
    }
    try (TestStore second = TestStore.start(own, seldom)) {
      GetMemoryRequest.Builder request = GetMemoryRequest.newBuilder().setNamespace("n").setId("f");
      GetMemoryResponse got = second.client.getMemory(request.setWithUsage(true).build());
      assertThat(got.getUsage().getUses()).isEqualTo(5);
      assertThat(got.getUsage().hasLastUsedTime()).isTrue();
      assertThat(got.getMemory().getRevision()).isEqualTo(1);
      assertThat(second.client.getMemory(request.setWithUsage(false).build()).hasUsage()).isFalse();
      assertThat(
              second
                  .client
                  .getMemory(request.setWithUsage(true).setAsOfRevision(1).build())
                  .hasUsage())
          .isFalse();
    }
  }

  @Test
  void whatIsUsedStays() {
    write(
        IntStream.range(0, 10)
            .mapToObj(i -> fact("m" + i, "key " + i))
            .toArray(Memory.Builder[]::new));
    get("m3", false);
    get("m7", false);
    // Answered before the policy was: counted, whether or not they are on disk yet.
    forget(policy().setMaxMemories(2));
    await(it -> it.getForgettingStatus().getEvicted() == 8);
    assertThat(list(0)).containsExactly("m3", "m7");
    // It holds for what is written later, too: these are newer, but those are used.
    write(fact("m8", "again"));
    await(it -> it.getForgettingStatus().getEvicted() == 9);
    assertThat(list(0)).containsExactly("m3", "m7");
  }

  @Test
  void aPinnedMemoryStaysUntilItIsUnpinned() {
    write(fact("a", "a").setPinned(true), fact("b", "b").setPinned(true), fact("c", "c"));
    forget(policy().setMaxMemories(1).setMinRetention(100).setExpireAfter(seconds(1)));
    await(it -> it.getMemoryCount() == 2);
    assertThat(list(0)).containsExactly("a", "b");
    update("a", false);
    await(it -> it.getMemoryCount() == 1);
    assertThat(list(0)).containsExactly("b");
  }

  @Test
  void aBranchHasItsParentsPolicyAndItsOwnCounts() {
    write(fact("a", "a"), fact("b", "b"), fact("c", "c"));
    forget(policy().setMaxMemories(2));
    await(it -> it.getForgettingStatus().getEvicted() == 1);
    store.client.branchNamespace(
        BranchNamespaceRequest.newBuilder()
            .setNamespace(namespace)
            .setBranch("branch")
            .setAsOfRevision(1)
            .build());
    String parent = namespace;
    namespace = "branch";
    Namespace branch = await(it -> it.getForgettingStatus().getEvicted() == 1);
    assertThat(branch.getForgetting()).isEqualTo(policy().setMaxMemories(2).build());
    assertThat(branch.getMemoryCount()).isEqualTo(2);
    namespace = parent;
    assertThat(branch.getMemoryBytes()).isEqualTo(describe().getMemoryBytes());
  }

  @Test
  void badPolicies() {
    for (double gamma : new double[] {0, -0.5, 1.5, Double.NaN}) {
      invalid(policy().setDecay(gamma), "forgetting.decay");
    }
    invalid(policy().setMaxMemories(0), "forgetting.max_memories");
    invalid(policy().setMaxBytes(0), "forgetting.max_bytes");
    invalid(policy().setMinRetention(0), "forgetting.min_retention");
    invalid(policy().setMinRetention(-1), "forgetting.min_retention");
    invalid(policy().setExpireAfter(seconds(0)), "forgetting.expire_after");
    invalid(policy().setExpireAfter(seconds(-5)), "forgetting.expire_after");
    invalid(policy().setDecayPeriod(seconds(0)), "forgetting.decay_period");
    invalid(policy().setDecayPeriod(seconds(900_000_000)), "forgetting.decay_period");
    assertThat(describe().hasForgetting()).isFalse();
    Namespace existing = describe();
    refused(
        () ->
            store.client.createNamespace(
                CreateNamespaceRequest.newBuilder()
                    .setNamespace(existing.toBuilder().setForgetting(policy().setMaxMemories(1)))
                    .build()),
        Status.Code.ALREADY_EXISTS,
        "NAMESPACE_EXISTS",
        "namespace.forgetting");
  }

  @Test
  void badPreviews() {
    previewRefused(
        request().setNamespace("none"), Status.Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    previewRefused(
        request().setAtTime(in(-60)), Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "at_time");
    previewRefused(
        request().setAtTime(Timestamp.newBuilder().setNanos(-1)),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "at_time");
    previewRefused(
        request().setPageSize(1_001), Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "page_size");
    previewRefused(
        request().setPolicy(policy().setDecay(-1)),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "policy.decay");
    write(fact("a", "a"), fact("b", "b"));
    String token =
        store
            .client
            .previewForgetting(
                request().setPolicy(policy().setMinRetention(2)).setPageSize(1).build())
            .getNextPageToken();
    assertThat(token).isNotEmpty();
    previewRefused(
        request().setPolicy(policy().setMinRetention(3)).setPageToken(token),
        Status.Code.INVALID_ARGUMENT,
        "PAGE_TOKEN_INVALID",
        "page_token");
    refused(
        () ->
            store.client.recordUses(
                RecordUsesRequest.newBuilder().setNamespace("none").addIds("a").build()),
        Status.Code.NOT_FOUND,
        "NAMESPACE_NOT_FOUND",
        "namespace");
    refused(
        () ->
            store.client.recordUses(RecordUsesRequest.newBuilder().setNamespace(namespace).build()),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "ids");
  }

  private void invalid(ForgettingPolicy.Builder policy, String field) {
    refused(() -> forget(policy), Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", field);
  }

  private static void previewRefused(
      PreviewForgettingRequest.Builder request, Status.Code code, String reason, String field) {
    refused(() -> store.client.previewForgetting(request.build()), code, reason, field);
  }

  private static ForgettingPolicy.Builder policy() {
    return ForgettingPolicy.newBuilder();
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  private static Timestamp in(long seconds) {
    return Timestamps.fromSeconds(Instant.now().getEpochSecond() + seconds);
  }

  private PreviewForgettingRequest.Builder request() {
    return PreviewForgettingRequest.newBuilder().setNamespace(namespace);
  }

  private static List<ForgettingCandidate> preview(PreviewForgettingRequest.Builder request) {
    List<ForgettingCandidate> all = new ArrayList<>();
    do {
      PreviewForgettingResponse page = store.client.previewForgetting(request.build());
      all.addAll(page.getCandidatesList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return all;
  }

  private static List<String> ids(List<ForgettingCandidate> candidates) {
    return candidates.stream().map(it -> it.getMemory().getId()).toList();
  }

  private void write(Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request =
        WriteMemoriesRequest.newBuilder().setNamespace(namespace);
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    store.client.writeMemories(request.build());
  }

  private void pin(String id) {
    update(id, true);
  }

  private void update(String id, boolean pinned) {
    store.client.updateMemory(
        UpdateMemoryRequest.newBuilder()
            .setNamespace(namespace)
            .setMemory(Memory.newBuilder().setId(id).setPinned(pinned))
            .setUpdateMask(FieldMask.newBuilder().addPaths("pinned"))
            .build());
  }

  private void forget(ForgettingPolicy.Builder policy) {
    assertThat(
            store
                .client
                .updateNamespace(
                    UpdateNamespaceRequest.newBuilder()
                        .setNamespace(namespace)
                        .setForgetting(policy)
                        .build())
                .getNamespace()
                .getForgetting())
        .isEqualTo(policy.build());
  }

  private Namespace describe() {
    return store
        .client
        .getNamespace(GetNamespaceRequest.newBuilder().setNamespace(namespace).build())
        .getNamespace();
  }

  /** The namespace once it is so. */
  private Namespace await(Predicate<Namespace> so) {
    return Awaiting.until(this::describe, so);
  }

  private void get(String id, boolean uncounted) {
    store.client.getMemory(
        GetMemoryRequest.newBuilder()
            .setNamespace(namespace)
            .setId(id)
            .setUncounted(uncounted)
            .build());
  }

  /** Uses by id; a preview sees all that were answered before. */
  private List<Long> uses() {
    return uses(namespace);
  }

  private List<Long> uses(String of) {
    return store
        .client
        .previewForgetting(
            PreviewForgettingRequest.newBuilder()
                .setNamespace(of)
                .setPolicy(policy().setMinRetention(1_000))
                .build())
        .getCandidatesList()
        .stream()
        .sorted((a, b) -> a.getMemory().getId().compareTo(b.getMemory().getId()))
        .map(it -> it.getRetention().getUsage().getUses())
        .toList();
  }

  /** Ids as of a revision, 0 for now. */
  private List<String> list(long revision) {
    ListMemoriesRequest.Builder request = ListMemoriesRequest.newBuilder().setNamespace(namespace);
    if (revision > 0) {
      request.setAsOfRevision(revision);
    }
    return store.client.listMemories(request.build()).getMemoriesList().stream()
        .map(Memory::getId)
        .toList();
  }

  private List<String> found(String word, long revision) {
    return store
        .client
        .searchMemories(
            SearchMemoriesRequest.newBuilder()
                .setNamespace(namespace)
                .setText(word)
                .setRanking(Ranking.RANKING_LEXICAL)
                .setLimit(1_000)
                .setMinRevision(revision)
                .build())
        .getHitsList()
        .stream()
        .map(hit -> hit.getMemory().getId())
        .toList();
  }
}
