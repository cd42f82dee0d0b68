package io.mnestic.memory;

import static io.mnestic.memory.BadInputIT.refused;
import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static io.mnestic.memory.Memories.vector;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import io.mnestic.memory.v1.*;
import io.mnestic.memory.v1.Record;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Reads of the past, updates and the two axes of time, through a real server. */
final class AsOfIT {
  @TempDir static Path data;
  private static TestStore store;
  private String namespace = "";

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
    store.createNamespace(namespace);
  }

  @Test
  void everyReadSeesWhatItSawThen() {
    write(fact("f", "the zebra grazes", 1, 0, 0, 0), turn("t1", "s", "a zebra", 0, 1, 0, 0));
    write(turn("t2", "s", "another zebra", 0, 0, 1, 0));
    GetMemoryResponse get = store.client.getMemory(get("f").build());
    ListMemoriesResponse list = store.client.listMemories(list().build());
    ListTurnsResponse turns = store.client.listTurns(turns().build());
    SearchMemoriesResponse search = store.client.searchMemories(search().setMinRevision(2).build());
    Timestamp then = list.getMemories(2).getUpdateTime();

    write(fact("f", "the lion sleeps", 0, 0, 0, 1));
    delete("t1");
    write(turn("t2", "other", "moved"), fact("later", "a zebra later", 1, 1, 0, 0));

    assertThat(store.client.getMemory(get("f").setAsOfRevision(2).build())).isEqualTo(get);
    assertThat(store.client.listMemories(list().setAsOfRevision(2).build())).isEqualTo(list);
    assertThat(store.client.listTurns(turns().setAsOfRevision(2).build())).isEqualTo(turns);
    assertThat(store.client.searchMemories(search().setAsOfRevision(2).build())).isEqualTo(search);
    assertThat(store.client.getMemory(get("f").setAsOfTime(then).build())).isEqualTo(get);
    assertThat(store.client.listMemories(list().setAsOfTime(then).build())).isEqualTo(list);
    assertThat(store.client.listTurns(turns().setAsOfTime(then).build())).isEqualTo(turns);
    assertThat(store.client.searchMemories(search().setAsOfTime(then).build())).isEqualTo(search);
    assertThat(store.client.getMemory(get("f").build()).getMemory().getKey())
        .isEqualTo("the lion sleeps");
    assertThat(store.client.listMemories(list().setAsOfRevision(0).build()).getMemoriesList())
        .isEmpty();
    refused(
        () -> store.client.getMemory(get("later").setAsOfRevision(4).build()),
        Status.Code.NOT_FOUND,
        "MEMORY_NOT_FOUND",
        "id");
  }

  @Test
  void aSearchOfThePastTakesInLaterVectors() {
    write(fact("a", "zebra"));
    write(fact("b", "zebra", 1, 0, 0, 0));
    SearchMemoriesRequest past = search().setAsOfRevision(1).build();
    assertThat(store.client.searchMemories(past).getHits(0).getMatchedVector()).isEmpty();
    store.client.putVectors(
        PutVectorsRequest.newBuilder()
            .setNamespace(namespace)
            .addMemories(
                MemoryVectors.newBuilder()
                    .setId("a")
                    .setRevision(1)
                    .addVectors(vector("key", 0, 1, 0, 0)))
            .build());
    // Reading the newest waits for the index; the past is then as far.
    write(fact("c", "zebra"));
    store.client.searchMemories(search().setMinRevision(3).build());
    SearchHit hit = store.client.searchMemories(past).getHits(0);
    assertThat(hit.getMatchedVector()).isEqualTo("key");
    assertThat(
            store
                .client
                .getMemory(get("a").setAsOfRevision(1).setWithVectors(true).build())
                .getMemory()
                .getVectorsCount())
        .isEqualTo(1);
  }

  @Test
  void recordsHaveAPast() {
    put("r", "one");
    put("r", "two");
    put("x", "other");
    store.client.deleteRecord(
        DeleteRecordRequest.newBuilder()
            .setNamespace(namespace)
            .setCollection("c")
            .setId("r")
            .build());
    assertThat(record("r", 1)).isEqualTo("one");
    assertThat(record("r", 3)).isEqualTo("two");
    refused(() -> record("r", 4), Status.Code.NOT_FOUND, "RECORD_NOT_FOUND", "id");
    assertThat(
            store
                .client
                .listRecords(
                    ListRecordsRequest.newBuilder()
                        .setNamespace(namespace)
                        .setCollection("c")
                        .setAsOfRevision(3)
                        .build())
                .getRecordsList())
        .extracting(Record::getId)
        .containsExactly("r", "x");
  }

  @Test
  void whatWasBelievedThenAboutATime() {
    Timestamp may = time("2026-05-01T00:00:00Z");
    Timestamp june = time("2026-06-01T00:00:00Z");
    write(fact("job", "works in Porto", 1, 0, 0, 0).setValidFrom(may));
    write(
        fact("job", "works in Porto", 1, 0, 0, 0).setValidFrom(may).setValidTo(june),
        fact("next", "works in Lisbon", 0, 1, 0, 0).setValidFrom(june),
        fact("always", "works in design", 0, 0, 1, 0));
    Timestamp july = time("2026-07-01T00:00:00Z");
    valid(Filter.newBuilder().setValidAt(time("2026-04-30T23:59:59Z")), 2, "always");
    valid(Filter.newBuilder().setValidAt(may), 2, "always", "job");
    valid(Filter.newBuilder().setValidAt(june), 2, "always", "next");
    valid(Filter.newBuilder().setValidAt(july), 1, "job");
    valid(Filter.newBuilder().setValidAfter(may).setValidBefore(june), 2, "always", "job");
    valid(Filter.newBuilder().setValidAfter(june), 2, "always", "next");
    valid(Filter.newBuilder().setValidBefore(june), 2, "always", "job");
    valid(Filter.newBuilder().setValidAfter(may).setValidBefore(july), 2, "always", "job", "next");
  }

  @Test
  void anUpdateChangesWhatTheMaskNames() {
    write(fact("a", "old key", 1, 0, 0, 0).setValue("the value").setPinned(true));
    Memory updated =
        update(Memory.newBuilder().setKey("new key").setValue("ignored"), 1, "key", "importance");
    assertThat(updated.getKey()).isEqualTo("new key");
    assertThat(updated.getValue()).isEqualTo("the value");
    assertThat(updated.getPinned()).isTrue();
    assertThat(updated.getRevision()).isEqualTo(2);
    Memory stored = store.client.getMemory(get("a").setWithVectors(true).build()).getMemory();
    assertThat(stored).isEqualTo(updated);
    assertThat(
            store
                .client
                .getMemory(get("a").setWithVectors(true).setAsOfRevision(1).build())
                .getMemory()
                .getVectorsCount())
        .isEqualTo(1);
    Memory encoded =
        update(Memory.newBuilder().addVectors(vector("key", 0, 2, 0, 0)), 2, "vectors");
    assertThat(encoded.getKey()).isEqualTo("new key");
    assertThat(
            store
                .client
                .getMemory(get("a").setWithVectors(true).build())
                .getMemory()
                .getVectors(0)
                .getValues(1))
        .isEqualTo(1);
  }

  @Test
  void anUpdateThatCanNotBeChangesNothing() {
    write(fact("a", "key"));
    updateRefused(
        Memory.newBuilder().setKey("x"),
        7,
        Status.Code.ABORTED,
        "MEMORY_CHANGED",
        "if_revision",
        "key");
    updateRefused(
        Memory.newBuilder(), 0, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "memory.key", "key");
    updateRefused(
        Memory.newBuilder().setKey(" "),
        0,
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "memory.key",
        "key");
    updateRefused(
        Memory.newBuilder().setRevision(9),
        0,
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "update_mask",
        "revision");
    updateRefused(
        Memory.newBuilder(), 0, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "update_mask");
    updateRefused(
        Memory.newBuilder(),
        0,
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "update_mask",
        "turn.role");
    updateRefused(
        Memory.newBuilder().addVectors(vector("key", 1)),
        0,
        Status.Code.INVALID_ARGUMENT,
        "WRONG_DIMENSION",
        "memory.vectors[0].values",
        "vectors");
    refused(
        () ->
            store.client.updateMemory(
                UpdateMemoryRequest.newBuilder()
                    .setNamespace(namespace)
                    .setMemory(Memory.newBuilder().setId("none").setKey("k"))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("key"))
                    .build()),
        Status.Code.NOT_FOUND,
        "MEMORY_NOT_FOUND",
        "memory.id");
    write(turn("a", "s", "a turn"));
    Turn.Builder bell = Turn.newBuilder().setSpeaker("a\u0007");
    updateRefused(
        Memory.newBuilder().setTurn(bell),
        0,
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "memory.turn.speaker",
        "turn.speaker");
    assertThat(revision()).isEqualTo(2);
  }

  @Test
  void whatAMemoryWasMadeFromAndWhatATurnHasWithItAreKeptAndChanged() {
    Memory.Builder made = fact("a", "one").addSourceIds("x").addSourceIds("y");
    Attachment picture =
        Attachment.newBuilder().setMediaType("image/png").setUri("s3://a").setTokens(85).build();
    Memory.Builder turn = turn("t", "s", "look");
    turn.getTurnBuilder().addAttachments(picture);
    write(made);
    write(turn);
    assertThat(store.client.getMemory(get("a").build()).getMemory().getSourceIdsList())
        .containsExactly("x", "y");
    assertThat(store.client.getMemory(get("t").build()).getMemory().getTurn().getAttachmentsList())
        .containsExactly(picture);
    Memory changed =
        store
            .client
            .updateMemory(
                UpdateMemoryRequest.newBuilder()
                    .setNamespace(namespace)
                    .setMemory(Memory.newBuilder().setId("a").addSourceIds("z"))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("source_ids"))
                    .build())
            .getMemory();
    assertThat(changed.getSourceIdsList()).containsExactly("z");
    assertThat(changed.getKey()).isEqualTo(made.getKey());
    assertThat(
            store
                .client
                .getMemory(get("a").setAsOfRevision(1).build())
                .getMemory()
                .getSourceIdsList())
        .containsExactly("x", "y");
    refused(
        () ->
            store.client.writeMemories(
                WriteMemoriesRequest.newBuilder()
                    .setNamespace(namespace)
                    .addMemories(made.clone().addSourceIds("x"))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "memories[0].source_ids");
  }

  @Test
  void theFutureAndTheExpiredPastAreRefused() {
    write(fact("a", "one"));
    Timestamp first = store.client.getMemory(get("a").build()).getMemory().getUpdateTime();
    write(fact("a", "two"));
    refused(
        () -> store.client.getMemory(get("a").setAsOfRevision(3).build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "as_of_revision");
    refused(
        () -> store.client.searchMemories(search().setAsOfRevision(-1).build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "as_of_revision");
    Timestamp tomorrow = Timestamps.fromMillis(System.currentTimeMillis() + 86_400_000);
    refused(
        () -> store.client.listTurns(turns().setAsOfTime(tomorrow).build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "as_of_time");
    refused(
        () ->
            store.client.listMemories(
                list().setAsOfTime(Timestamp.newBuilder().setNanos(-1)).build()),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "as_of_time");
    refused(
        () -> store.client.searchMemories(search().setAsOfRevision(1).setMinRevision(2).build()),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "min_revision");
    Namespace updated =
        store
            .client
            .updateNamespace(
                UpdateNamespaceRequest.newBuilder()
                    .setNamespace(namespace)
                    .setHistoryRetention(Duration.getDefaultInstance())
                    .build())
            .getNamespace();
    assertThat(updated.getHistoryRetention()).isEqualTo(Duration.getDefaultInstance());
    refused(
        () -> store.client.getMemory(get("a").setAsOfRevision(1).build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_EXPIRED",
        "as_of_revision");
    refused(
        () -> store.client.searchMemories(search().setAsOfTime(first).build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_EXPIRED",
        "as_of_time");
    assertThat(store.client.getMemory(get("a").setAsOfRevision(2).build()).getMemory().getKey())
        .isEqualTo("two");
    assertThat(
            store
                .client
                .getNamespace(GetNamespaceRequest.newBuilder().setNamespace(namespace).build())
                .getNamespace()
                .getOldestRevision())
        .isEqualTo(2);
  }

  @Test
  void retentionIsASettingOfTheNamespace() {
    Namespace asked =
        store.createNamespace(namespace).toBuilder()
            .setName(namespace + "2")
            .setHistoryRetention(Duration.newBuilder().setSeconds(60))
            .build();
    CreateNamespaceRequest request =
        CreateNamespaceRequest.newBuilder().setNamespace(asked).build();
    assertThat(store.client.createNamespace(request).getNamespace().getHistoryRetention())
        .isEqualTo(asked.getHistoryRetention());
    assertThat(store.client.createNamespace(request).getCreated()).isFalse();
    CreateNamespaceRequest.Builder other = request.toBuilder();
    other.getNamespaceBuilder().setHistoryRetention(Duration.newBuilder().setSeconds(61));
    refused(
        () -> store.client.createNamespace(other.build()),
        Status.Code.ALREADY_EXISTS,
        "NAMESPACE_EXISTS",
        "namespace.history_retention");
    other.getNamespaceBuilder().setHistoryRetention(Duration.newBuilder().setSeconds(-1));
    refused(
        () -> store.client.createNamespace(other.build()),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "namespace.history_retention");
    refused(
        () ->
            store.client.updateNamespace(
                UpdateNamespaceRequest.newBuilder().setNamespace("none").build()),
        Status.Code.NOT_FOUND,
        "NAMESPACE_NOT_FOUND",
        "namespace");
  }

  private void valid(Filter.Builder filter, long revision, String... ids) {
    assertThat(
            store
                .client
                .listMemories(list().setFilter(filter).setAsOfRevision(revision).build())
                .getMemoriesList())
        .extracting(Memory::getId)
        .containsExactly(ids);
    assertThat(
            store
                .client
                .searchMemories(search().setFilter(filter).setAsOfRevision(revision).build())
                .getHitsList())
        .extracting(hit -> hit.getMemory().getId())
        .containsExactlyInAnyOrder(ids);
  }

  private Memory update(Memory.Builder values, long ifRevision, String... paths) {
    return store
        .client
        .updateMemory(
            UpdateMemoryRequest.newBuilder()
                .setNamespace(namespace)
                .setMemory(values.setId("a"))
                .setIfRevision(ifRevision)
                .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
                .build())
        .getMemory();
  }

  private void updateRefused(
      Memory.Builder values,
      long ifRevision,
      Status.Code code,
      String reason,
      String field,
      String... paths) {
    refused(() -> update(values, ifRevision, paths), code, reason, field);
  }

  private void put(String id, String data) {
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

  private String record(String id, long revision) {
    return store
        .client
        .getRecord(
            GetRecordRequest.newBuilder()
                .setNamespace(namespace)
                .setCollection("c")
                .setId(id)
                .setAsOfRevision(revision)
                .build())
        .getRecord()
        .getData()
        .toStringUtf8();
  }

  private void write(Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request =
        WriteMemoriesRequest.newBuilder().setNamespace(namespace);
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    store.client.writeMemories(request.build());
  }

  private void delete(String id) {
    store.client.deleteMemories(
        DeleteMemoriesRequest.newBuilder().setNamespace(namespace).addIds(id).build());
  }

  private long revision() {
    return store
        .client
        .getNamespace(GetNamespaceRequest.newBuilder().setNamespace(namespace).build())
        .getNamespace()
        .getRevision();
  }

  private GetMemoryRequest.Builder get(String id) {
    return GetMemoryRequest.newBuilder().setNamespace(namespace).setId(id);
  }

  private ListMemoriesRequest.Builder list() {
    return ListMemoriesRequest.newBuilder().setNamespace(namespace).setWithVectors(true);
  }

  private ListTurnsRequest.Builder turns() {
    return ListTurnsRequest.newBuilder().setNamespace(namespace).setSession("s");
  }

  private SearchMemoriesRequest.Builder search() {
    return SearchMemoriesRequest.newBuilder()
        .setNamespace(namespace)
        .setText("zebra")
        .addAllVector(List.of(1f, 2f, 3f, 4f));
  }

  private static Timestamp time(String text) {
    java.time.Instant instant = java.time.Instant.parse(text);
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
  }
}
