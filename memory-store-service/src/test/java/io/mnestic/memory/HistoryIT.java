package io.mnestic.memory;

import static io.mnestic.memory.BadInputIT.refused;
import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.grpc.Status;
import io.mnestic.memory.v1.*;
import io.mnestic.memory.v1.Record;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots, differences, branches and merges, through a real server. */
final class HistoryIT {
  @TempDir static Path data;
  private static TestStore store;
  private String namespace = "";
  private String branch = "";

  @BeforeAll
  static void start() {
    store = TestStore.start(data);
  }

  @AfterAll
  static void stop() {
    store.close();
  }

  @BeforeEach
  void create(TestInfo test) {
    namespace = test.getTestMethod().orElseThrow().getName();
    branch = namespace + "/branch";
    store.createNamespace(namespace);
  }

  @Test
  void aSnapshotIsRestoredAndTheRestoreUndone() {
    write(namespace, fact("f", "the zebra grazes", 1, 0, 0, 0), turn("t", "s", "a zebra"));
    put(namespace, "r", "one");
    ListMemoriesResponse then = list(namespace);
    snapshot("good");
    write(namespace, fact("f", "the lion sleeps", 0, 1, 0, 0), fact("new", "a zebra too"));
    delete(namespace, "t");
    put(namespace, "r", "two");
    put(namespace, "x", "three");
    snapshot("bad");
    ListMemoriesResponse changed = list(namespace);

    RestoreSnapshotResponse restored = restore("good");
    assertThat(restored.getRevision()).isEqualTo(7);
    assertThat(restored.getWritten()).isEqualTo(3);
    assertThat(restored.getDeleted()).isEqualTo(2);
    assertThat(contents(list(namespace))).isEqualTo(contents(then));
    assertThat(record(namespace, "r")).isEqualTo("one");
    assertThat(found(namespace, "zebra", 7)).containsExactlyInAnyOrder("f", "t");
    // Nothing is encoded again: its vectors are those of then.
    assertThat(list(namespace).getMemories(0).getVectorsList())
        .isEqualTo(then.getMemories(0).getVectorsList());
    assertThat(restore("good"))
        .isEqualTo(RestoreSnapshotResponse.newBuilder().setRevision(7).build());

    assertThat(restore("bad").getRevision()).isEqualTo(8);
    assertThat(contents(list(namespace))).isEqualTo(contents(changed));
    assertThat(record(namespace, "x")).isEqualTo("three");
    // And the next turn comes after the one that was away meanwhile.
    write(namespace, turn("t2", "s", "later"));
    assertThat(get(namespace, "t2").getTurn().getSequence()).isEqualTo(2);
  }

  @Test
  void aRestoreTakesInWhatIsWrittenMeanwhile() throws Exception {
    for (int i = 0; i < 50; i++) {
      write(namespace, fact("m" + i, "one"));
    }
    snapshot("s");
    for (int i = 0; i < 50; i++) {
      write(namespace, fact("m" + i, "two"));
    }
    List<Callable<Long>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String id = "m" + i;
      calls.add(() -> write(namespace, fact(id, "three")));
    }
    calls.add(10, () -> restore("s").getRevision());
    List<Long> revisions = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (var done : threads.invokeAll(calls)) {
        revisions.add(done.get());
      }
    }
    long restored = revisions.get(10);
    assertThat(
            store
                .client
                .listMemories(
                    ListMemoriesRequest.newBuilder()
                        .setNamespace(namespace)
                        .setAsOfRevision(restored)
                        .build())
                .getMemoriesList())
        .hasSize(50)
        .allSatisfy(memory -> assertThat(memory.getKey()).isEqualTo("one"));
  }

  @Test
  void snapshotsAreKeptListedAndDeleted() {
    write(namespace, fact("f", "one"));
    snapshot("b");
    write(namespace, fact("f", "two"));
    CreateSnapshotRequest request =
        CreateSnapshotRequest.newBuilder()
            .setNamespace(namespace)
            .setSnapshot("a")
            .setAsOfRevision(1)
            .setRequestId("once")
            .build();
    CreateSnapshotResponse created = store.client.createSnapshot(request);
    assertThat(store.client.createSnapshot(request)).isEqualTo(created);
    assertThat(created.getSnapshot().getRevision()).isEqualTo(1);
    write(namespace, fact("f", "three"));
    store.client.updateNamespace(
        UpdateNamespaceRequest.newBuilder()
            .setNamespace(namespace)
            .setHistoryRetention(Duration.getDefaultInstance())
            .build());
    ListSnapshotsRequest.Builder page =
        ListSnapshotsRequest.newBuilder().setNamespace(namespace).setPageSize(1);
    ListSnapshotsResponse first = store.client.listSnapshots(page.build());
    assertThat(first.getSnapshots(0)).isEqualTo(created.getSnapshot());
    ListSnapshotsResponse second =
        store.client.listSnapshots(page.setPageToken(first.getNextPageToken()).build());
    assertThat(second.getSnapshots(0).getName()).isEqualTo("b");
    assertThat(second.getNextPageToken()).isEmpty();
    // Past retention, but kept.
    assertThat(at(1, "f")).isEqualTo("one");
    expired(2);
    drop("a");
    assertThat(at(1, "f")).isEqualTo("one");
    drop("b");
    expired(1);
    refused(
        () ->
            store.client.getSnapshot(
                GetSnapshotRequest.newBuilder().setNamespace(namespace).setSnapshot("a").build()),
        Status.Code.NOT_FOUND,
        "SNAPSHOT_NOT_FOUND",
        "snapshot");
  }

  @Test
  void snapshotsThatCanNotBeChangeNothing() {
    write(namespace, fact("f", "one"));
    store.createNamespace(branch);
    write(branch, fact("f", "one"));
    store.client.createSnapshot(
        CreateSnapshotRequest.newBuilder().setNamespace(branch).setSnapshot("others").build());
    refused(() -> restore("others"), Status.Code.NOT_FOUND, "SNAPSHOT_NOT_FOUND", "snapshot");
    refused(() -> drop("others"), Status.Code.NOT_FOUND, "SNAPSHOT_NOT_FOUND", "snapshot");
    snapshot("s");
    refused(() -> snapshot("s"), Status.Code.ALREADY_EXISTS, "SNAPSHOT_EXISTS", "snapshot");
    refused(
        () ->
            store.client.createSnapshot(
                CreateSnapshotRequest.newBuilder()
                    .setNamespace(namespace)
                    .setSnapshot("future")
                    .setAsOfRevision(2)
                    .build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "as_of_revision");
    refused(() -> snapshot("a\u0007"), Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "snapshot");
    assertThat(revision(namespace)).isEqualTo(1);
  }

  @Test
  void differencesComeInPagesThatDoNotMove() {
    write(namespace, fact("a", "a"), fact("b", "b"), fact("c", "c"), fact("d", "d"));
    write(namespace, fact("b", "changed"), fact("e", "added"), fact("f", "added"));
    delete(namespace, "c");
    DiffRevisionsRequest.Builder request =
        DiffRevisionsRequest.newBuilder().setNamespace(namespace).setFromRevision(1).setPageSize(2);
    List<Difference> all = new ArrayList<>();
    DiffRevisionsResponse page;
    String token = "";
    do {
      page = store.client.diffRevisions(request.build());
      assertThat(page.getToRevision()).isEqualTo(3);
      all.addAll(page.getDifferencesList());
      request.setPageToken(page.getNextPageToken());
      token = page.getNextPageToken().isEmpty() ? token : page.getNextPageToken();
      write(namespace, fact("z" + all.size(), "after the first page"));
    } while (!page.getNextPageToken().isEmpty());
    assertThat(all)
        .extracting(it ->
            it.getId()
                + " "
                + it.getKind()
                + " "
                + it.getBefore().getKey()
                + ">"
                + it.getAfter().getKey())
        .containsExactly(
            "b DIFFERENCE_KIND_CHANGED b>changed",
            "c DIFFERENCE_KIND_REMOVED c>",
            "e DIFFERENCE_KIND_ADDED >added",
            "f DIFFERENCE_KIND_ADDED >added");
    List<Difference> back =
        store
            .client
            .diffRevisions(
                DiffRevisionsRequest.newBuilder()
                    .setNamespace(namespace)
                    .setFromRevision(3)
                    .setToRevision(1)
                    .build())
            .getDifferencesList();
    assertThat(back)
        .extracting(it -> it.getId() + " " + it.getKind())
        .containsExactly(
            "b DIFFERENCE_KIND_CHANGED",
            "c DIFFERENCE_KIND_ADDED",
            "e DIFFERENCE_KIND_REMOVED",
            "f DIFFERENCE_KIND_REMOVED");
    refused(
        () ->
            store.client.diffRevisions(
                DiffRevisionsRequest.newBuilder()
                    .setNamespace(namespace)
                    .setFromRevision(99)
                    .build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "from_revision");
    String ofFirst = token;
    refused(
        () -> store.client.diffRevisions(request.setFromRevision(2).setPageToken(ofFirst).build()),
        Status.Code.INVALID_ARGUMENT,
        "PAGE_TOKEN_INVALID",
        "page_token");
  }

  @Test
  void aBranchAnswersAsItsParentDidAndGoesItsOwnWay() {
    write(
        namespace,
        fact("f", "the zebra grazes", 1, 0, 0, 0),
        turn("t", "s", "a zebra", 0, 1, 0, 0));
    put(namespace, "r", "one");
    write(namespace, fact("later", "a zebra later", 0, 0, 1, 0));
    BranchNamespaceRequest request =
        BranchNamespaceRequest.newBuilder()
            .setNamespace(namespace)
            .setBranch(branch)
            .setAsOfRevision(2)
            .build();
    BranchNamespaceResponse answer = store.client.branchNamespace(request);
    assertThat(answer.getRevision()).isEqualTo(2);
    assertThat(answer.getCreated()).isTrue();
    assertThat(store.client.branchNamespace(request).getCreated()).isFalse();
    Namespace made =
        store
            .client
            .getNamespace(GetNamespaceRequest.newBuilder().setNamespace(branch).build())
            .getNamespace();
    assertThat(made.getBranchedFrom()).isEqualTo(namespace);
    assertThat(made.getBranchedAt()).isEqualTo(2);
    assertThat(made.getMemoryCount()).isEqualTo(2);
    assertThat(made.getUnencodedCount()).isZero();
    assertThat(made.getOldestRevision()).isEqualTo(2);
    assertThat(store.client.searchMemories(search(branch).setMinRevision(2).build()))
        .isEqualTo(store.client.searchMemories(search(namespace).setAsOfRevision(2).build()));
    assertThat(record(branch, "r")).isEqualTo("one");
    assertThat(write(branch, turn("t2", "s", "in the branch"))).isEqualTo(3);
    assertThat(get(branch, "t2").getTurn().getSequence()).isEqualTo(2);
    assertThat(list(namespace).getMemoriesList())
        .extracting(Memory::getId)
        .containsExactly("f", "later", "t");
    store.client.deleteNamespace(
        DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build());
    assertThat(found(branch, "zebra", 3)).containsExactlyInAnyOrder("f", "t");
  }

  @Test
  void anEmptyBranchIsOneToo() {
    branch(namespace, branch);
    assertThat(found(branch, "zebra", 0)).isEmpty();
    write(branch, fact("f", "zebra"));
    assertThat(merge(request()).getMerged()).isTrue();
    assertThat(found(namespace, "zebra", 1)).containsExactly("f");
  }

  @Test
  void branchesAndMergesThatCanNotBeChangeNothing() {
    write(namespace, fact("f", "one"));
    String other = namespace + "/other";
    store.createNamespace(other);
    refused(
        () -> branch(namespace, other), Status.Code.ALREADY_EXISTS, "NAMESPACE_EXISTS", "branch");
    refused(
        () -> branch(namespace + "/none", branch),
        Status.Code.NOT_FOUND,
        "NAMESPACE_NOT_FOUND",
        "namespace");
    refused(
        () ->
            store.client.branchNamespace(
                BranchNamespaceRequest.newBuilder()
                    .setNamespace(namespace)
                    .setBranch(branch)
                    .setSnapshot("none")
                    .build()),
        Status.Code.NOT_FOUND,
        "SNAPSHOT_NOT_FOUND",
        "snapshot");
    refused(
        () ->
            store.client.branchNamespace(
                BranchNamespaceRequest.newBuilder()
                    .setNamespace(namespace)
                    .setBranch(branch)
                    .setAsOfRevision(2)
                    .build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "as_of_revision");
    refused(
        () -> merge(request().setBranch(other)),
        Status.Code.FAILED_PRECONDITION,
        "NO_COMMON_ANCESTOR",
        "branch");
    branch(namespace, branch);
    refused(
        () -> merge(request().setNamespace(branch).setBranch(namespace)),
        Status.Code.FAILED_PRECONDITION,
        "NO_COMMON_ANCESTOR",
        "branch");
    assertThat(revision(namespace)).isEqualTo(1);
    // A namespace of the same name is another one.
    store.client.deleteNamespace(
        DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build());
    refused(() -> merge(request()), Status.Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    store.createNamespace(namespace);
    refused(
        () -> merge(request()), Status.Code.FAILED_PRECONDITION, "NO_COMMON_ANCESTOR", "branch");
  }

  @Test
  void aMergeTakesChangesAndReportsConflicts() {
    write(
        namespace,
        fact("same", "base"),
        fact("ours", "base"),
        fact("theirs", "base", 1, 0, 0, 0),
        fact("both", "base"),
        fact("alike", "base"),
        fact("gone", "base"),
        fact("fought", "base"),
        turn("t1", "s", "first"));
    put(namespace, "r", "base");
    branch(namespace, branch);
    write(
        namespace,
        fact("ours", "ours"),
        fact("both", "ours"),
        fact("alike", "alike"),
        fact("fought", "ours"),
        turn("t2", "s", "second"));
    put(namespace, "r", "ours");
    write(
        branch,
        fact("theirs", "xylophone", 0, 1, 0, 0),
        fact("both", "xylophone"),
        fact("alike", "alike"),
        turn("u1", "s", "two in the branch"),
        turn("u2", "s", "three in the branch"));
    delete(branch, "gone");
    delete(branch, "fought");
    put(branch, "r", "theirs");
    long before = revision(namespace);

    MergeBranchRequest.Builder request = request().setRequestId("m");
    MergeBranchResponse refused = merge(request);
    assertThat(refused.getMerged()).isFalse();
    assertThat(refused.getConflictCount()).isEqualTo(3);
    assertThat(refused.getConflictsList())
        .extracting(it -> it.getCollection() + "/" + it.getId())
        .containsExactly("/both", "/fought", "c/r");
    assertThat(refused.getConflicts(0).getNamespaceRevision()).isEqualTo(3);
    assertThat(refused.getConflicts(1).getBranchRevision()).isZero();
    assertThat(revision(namespace)).isEqualTo(before);

    request
        .addResolutions(Resolution.newBuilder().setId("both").setTake(Side.SIDE_BRANCH))
        .addResolutions(Resolution.newBuilder().setId("fought").setTake(Side.SIDE_NAMESPACE));
    assertThat(merge(request).getConflictsList()).hasSize(1);
    request.addResolutions(
        Resolution.newBuilder().setCollection("c").setId("r").setTake(Side.SIDE_BRANCH));
    MergeBranchResponse merged = merge(request);
    assertThat(merged.getMerged()).isTrue();
    assertThat(merged.getRevision()).isEqualTo(before + 1);
    assertThat(merged.getWritten()).isEqualTo(5);
    assertThat(merged.getDeleted()).isEqualTo(1);
    assertThat(merge(request)).isEqualTo(merged);
    assertThat(list(namespace).getMemoriesList())
        .extracting(it -> it.getId() + "=" + it.getKey())
        .containsExactly(
            "alike=alike",
            "both=xylophone",
            "fought=ours",
            "ours=ours",
            "same=base",
            "t1=first",
            "t2=second",
            "theirs=xylophone",
            "u1=two in the branch",
            "u2=three in the branch");
    assertThat(record(namespace, "r")).isEqualTo("theirs");
    assertThat(get(namespace, "t2").getTurn().getSequence()).isEqualTo(2);
    assertThat(get(namespace, "u1").getTurn().getSequence()).isEqualTo(3);
    assertThat(get(namespace, "u2").getTurn().getSequence()).isEqualTo(4);
    assertThat(found(namespace, "xylophone", before + 1))
        .containsExactlyInAnyOrder("both", "theirs");

    // Merged again, only what changed since counts.
    assertThat(merge(request()).getRevision()).isEqualTo(before + 1);
    write(branch, fact("theirs", "again"));
    MergeBranchResponse second = merge(request());
    assertThat(second.getMerged()).isTrue();
    assertThat(second.getWritten()).isEqualTo(1);
    assertThat(get(namespace, "theirs").getKey()).isEqualTo("again");
    refused(
        () -> merge(request().addResolutions(Resolution.newBuilder().setId("x"))),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "resolutions[0].take");
  }

  private MergeBranchRequest.Builder request() {
    return MergeBranchRequest.newBuilder().setNamespace(namespace).setBranch(branch);
  }

  private static MergeBranchResponse merge(MergeBranchRequest.Builder request) {
    return store.client.mergeBranch(request.build());
  }

  private static BranchNamespaceResponse branch(String from, String name) {
    return store.client.branchNamespace(
        BranchNamespaceRequest.newBuilder().setNamespace(from).setBranch(name).build());
  }

  private void snapshot(String name) {
    var _ =
        store.client.createSnapshot(
            CreateSnapshotRequest.newBuilder().setNamespace(namespace).setSnapshot(name).build());
  }

  private RestoreSnapshotResponse restore(String name) {
    return store.client.restoreSnapshot(
        RestoreSnapshotRequest.newBuilder().setNamespace(namespace).setSnapshot(name).build());
  }

  private void drop(String name) {
    var _ =
        store.client.deleteSnapshot(
            DeleteSnapshotRequest.newBuilder().setNamespace(namespace).setSnapshot(name).build());
  }

  private void expired(long revision) {
    refused(
        () -> at(revision, "f"), Status.Code.OUT_OF_RANGE, "REVISION_EXPIRED", "as_of_revision");
  }

  private String at(long revision, String id) {
    return store
        .client
        .getMemory(
            GetMemoryRequest.newBuilder()
                .setNamespace(namespace)
                .setId(id)
                .setAsOfRevision(revision)
                .build())
        .getMemory()
        .getKey();
  }

  private static Memory get(String namespace, String id) {
    return store
        .client
        .getMemory(GetMemoryRequest.newBuilder().setNamespace(namespace).setId(id).build())
        .getMemory();
  }

  private static long write(String namespace, Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request =
        WriteMemoriesRequest.newBuilder().setNamespace(namespace);
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    return store.client.writeMemories(request.build()).getRevision();
  }

  private static void delete(String namespace, String id) {
    var _ =
        store.client.deleteMemories(
            DeleteMemoriesRequest.newBuilder().setNamespace(namespace).addIds(id).build());
  }

  private static void put(String namespace, String id, String data) {
    var _ =
        store.client.putRecord(
            PutRecordRequest.newBuilder()
                .setNamespace(namespace)
                .setRecord(
                    Record.newBuilder()
                        .setCollection("c")
                        .setId(id)
                        .setData(ByteString.copyFromUtf8(data)))
                .build());
  }

  private static String record(String namespace, String id) {
    return store
        .client
        .getRecord(
            GetRecordRequest.newBuilder()
                .setNamespace(namespace)
                .setCollection("c")
                .setId(id)
                .build())
        .getRecord()
        .getData()
        .toStringUtf8();
  }

  private static long revision(String namespace) {
    return store
        .client
        .getNamespace(GetNamespaceRequest.newBuilder().setNamespace(namespace).build())
        .getNamespace()
        .getRevision();
  }

  private static ListMemoriesResponse list(String namespace) {
    return store.client.listMemories(
        ListMemoriesRequest.newBuilder().setNamespace(namespace).setWithVectors(true).build());
  }

  private static List<Memory> contents(ListMemoriesResponse list) {
    return list.getMemoriesList().stream()
        .map(memory -> memory.toBuilder().clearRevision().clearUpdateTime().build())
        .toList();
  }

  private static SearchMemoriesRequest.Builder search(String namespace) {
    return SearchMemoriesRequest.newBuilder()
        .setNamespace(namespace)
        .setText("zebra")
        .addAllVector(List.of(1f, 2f, 3f, 4f));
  }

  private static List<String> found(String namespace, String word, long revision) {
    return store
        .client
        .searchMemories(
            SearchMemoriesRequest.newBuilder()
                .setNamespace(namespace)
                .setText(word)
                .setRanking(Ranking.RANKING_LEXICAL)
                .setMinRevision(revision)
                .build())
        .getHitsList()
        .stream()
        .map(hit -> hit.getMemory().getId())
        .toList();
  }
}
