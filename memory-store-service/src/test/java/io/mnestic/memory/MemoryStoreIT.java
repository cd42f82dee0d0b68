package io.mnestic.memory;

import static io.mnestic.memory.BadInputIT.refused;
import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static io.mnestic.memory.Memories.vector;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.mnestic.memory.v1.*;
import io.mnestic.memory.v1.Record;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Each call over a real channel; every test has a namespace of its own. */
final class MemoryStoreIT {
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
    namespace = test.getDisplayName();
    store.createNamespace(namespace);
  }

  @Test
  void whatIsWrittenIsReadListedAndFound() {
    WriteMemoriesResponse written =
        write(
            fact("f1", "cats like fish", 1, 0, 0, 0),
            fact("f2", "dogs like bones", 0, 1, 0, 0),
            turn("t1", "s", "my cat ate a fish", 1, 1, 0, 0),
            turn("t2", "s", "what a day"));
    assertThat(written.getRevision()).isEqualTo(1);
    assertThat(written.getMemories(3).getSequence()).isEqualTo(2);
    SearchMemoriesResponse found =
        store.client.searchMemories(
            search("the cat's fish")
                .addAllVector(List.of(1f, 0f, 0f, 0f))
                .setLimit(2)
                .setNeighbors(1)
                .setMinRevision(1)
                .build());
    assertThat(ids(found)).containsExactly("f1", "t1");
    assertThat(found.getNeighborsList())
        .extracting(hit -> hit.getMemory().getId())
        .containsExactly("t2");
    assertThat(found.getExact()).isTrue();
    assertThat(found.getRevision()).isEqualTo(1);
    assertThat(found.getHits(0).getMemory().getValue()).isEqualTo("cats like fish");
    assertThat(found.getHits(0).getMatchedVector()).isEqualTo("key");
    assertThat(listTurns("s", false)).containsExactly("t2", "t1");
    assertThat(listTurns("s", true)).containsExactly("t1", "t2");
    assertThat(get().getMemoryCount()).isEqualTo(4);
    assertThat(get().getUnencodedCount()).isEqualTo(1);
  }

  @Test
  void writesAreReadAtOnceByTheirRevision() {
    for (int i = 1; i <= 30; i++) {
      long revision = write(fact("m" + i, "zebra" + i)).getRevision();
      assertThat(
              ids(
                  store.client.searchMemories(
                      search("zebra" + i).setMinRevision(revision).build())))
          .contains("m" + i);
    }
  }

  @Test
  void oneRequestIdWritesOnceHoweverOftenItIsSent() throws Exception {
    WriteMemoriesRequest request =
        WriteMemoriesRequest.newBuilder()
            .setNamespace(namespace)
            .setRequestId("r")
            .addMemories(turn("", "s", "hello", 1, 0, 0, 0))
            .build();
    List<Callable<WriteMemoriesResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(() -> store.client.writeMemories(request));
    }
    List<WriteMemoriesResponse> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<WriteMemoriesResponse> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
    }
    assertThat(answers).extracting(WriteMemoriesResponse::getReplayed).containsOnlyOnce(false);
    assertThat(answers)
        .extracting(one -> one.getMemories(0).getId())
        .containsOnly(answers.getFirst().getMemories(0).getId());
    assertThat(get().getRevision()).isEqualTo(1);
    WriteMemoriesRequest withoutVectors =
        request.toBuilder().setMemories(0, turn("", "s", "hello")).build();
    assertThat(store.client.writeMemories(withoutVectors).getReplayed()).isTrue();
    refused(
        () ->
            store.client.writeMemories(
                request.toBuilder().setMemories(0, turn("", "s", "other")).build()),
        Status.Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED",
        "request_id");
  }

  @Test
  void filtersAgreeBetweenListAndSearch() {
    write(
        fact("a", "zebra")
            .setPinned(true)
            .putAttributes("color", text("red"))
            .putAttributes("size", number(1)),
        fact("b", "zebra")
            .setKind(Kind.KIND_PROFILE)
            .putAttributes("color", text("blue"))
            .putAttributes("size", number(-0.0)),
        fact("c", "zebra").putAttributes("ok", flag(true)).putAttributes("size", number(10.5)),
        turn("d", "s1", "zebra").putAttributes("ok", flag(false)),
        turn("e", "s2", "zebra")
            .setTurn(
                Turn.newBuilder()
                    .setSession("s2")
                    .setSpeaker("Ann")
                    .setSaidTime(Timestamp.newBuilder().setSeconds(1_000).setNanos(5))));
    agree(Filter.newBuilder(), "a", "b", "c", "d", "e");
    agree(Filter.newBuilder().addKinds(Kind.KIND_FACT), "a", "c");
    agree(Filter.newBuilder().addKinds(Kind.KIND_TURN).addKinds(Kind.KIND_PROFILE), "b", "d", "e");
    agree(Filter.newBuilder().addSessions("s1").addSessions("s3"), "d");
    agree(Filter.newBuilder().addSpeakers("Ann"), "e");
    agree(Filter.newBuilder().setPinned(true), "a");
    agree(Filter.newBuilder().setPinned(false), "b", "c", "d", "e");
    agree(Filter.newBuilder().setToTime(Timestamp.newBuilder().setSeconds(1_000).setNanos(6)), "e");
    agree(Filter.newBuilder().setToTime(Timestamp.newBuilder().setSeconds(1_000).setNanos(5)));
    agree(
        Filter.newBuilder().setFromTime(Timestamp.newBuilder().setSeconds(1_000).setNanos(6)),
        "a",
        "b",
        "c",
        "d");
    agree(where("color").setEquals(text("red")), "a");
    agree(
        where("color")
            .setAnyOf(AttributeValues.newBuilder().addValues(text("red")).addValues(text("blue"))),
        "a",
        "b");
    agree(where("ok").setEquals(flag(true)), "c");
    agree(where("size").setEquals(number(0.0)), "b");
    agree(where("size").setRange(NumberRange.newBuilder().setMin(0)), "a", "b", "c");
    agree(where("size").setRange(NumberRange.newBuilder().setMin(0.5).setMax(10.5)), "a", "c");
    agree(where("size").setRange(NumberRange.newBuilder()), "a", "b", "c");
    agree(where("size").setEquals(text("1")));
  }

  @Test
  void vectorsComeLaterAndTakeNoRevision() {
    write(fact("a", "zebra"), fact("b", "horse"));
    PutVectorsResponse put =
        store.client.putVectors(
            PutVectorsRequest.newBuilder()
                .setNamespace(namespace)
                .addMemories(
                    MemoryVectors.newBuilder()
                        .setId("a")
                        .setRevision(1)
                        .addVectors(vector("key", 0, 0, 3, 0)))
                .addMemories(
                    MemoryVectors.newBuilder()
                        .setId("b")
                        .setRevision(9)
                        .addVectors(vector("key", 1, 0, 0, 0)))
                .addMemories(
                    MemoryVectors.newBuilder()
                        .setId("c")
                        .setRevision(1)
                        .addVectors(vector("key", 1, 0, 0, 0)))
                .build());
    assertThat(put.getUpdated()).isEqualTo(1);
    assertThat(put.getSkippedIdsList()).containsExactly("b", "c");
    assertThat(get().getRevision()).isEqualTo(1);
    assertThat(get().getUnencodedCount()).isEqualTo(1);
    assertThat(
            store
                .client
                .listMemories(
                    ListMemoriesRequest.newBuilder()
                        .setNamespace(namespace)
                        .setUnencoded(true)
                        .build())
                .getMemoriesList())
        .extracting(Memory::getId)
        .containsExactly("b");
    Memory stored =
        store
            .client
            .getMemory(
                GetMemoryRequest.newBuilder()
                    .setNamespace(namespace)
                    .setId("a")
                    .setWithVectors(true)
                    .build())
            .getMemory();
    assertThat(stored.getVectors(0).getValuesList()).containsExactly(0f, 0f, 1f, 0f);
  }

  @Test
  void deletedMemoriesAreGoneAndSupersededOnesNew() {
    write(turn("a", "s", "zebra"), turn("b", "s", "horse"));
    WriteMemoriesResponse again = write(turn("a", "s", "giraffe"));
    assertThat(again.getMemories(0).getCreated()).isFalse();
    assertThat(again.getMemories(0).getSequence()).isEqualTo(1);
    assertThat(
            ids(
                store.client.searchMemories(
                    search("zebra").setRanking(Ranking.RANKING_LEXICAL).setMinRevision(2).build())))
        .isEmpty();
    DeleteMemoriesResponse deleted =
        store.client.deleteMemories(
            DeleteMemoriesRequest.newBuilder()
                .setNamespace(namespace)
                .addIds("a")
                .addIds("none")
                .setAllowMissing(true)
                .build());
    assertThat(deleted.getDeleted()).isEqualTo(1);
    assertThat(deleted.getRevision()).isEqualTo(3);
    assertThat(
            ids(
                store.client.searchMemories(
                    search("giraffe")
                        .setRanking(Ranking.RANKING_LEXICAL)
                        .setMinRevision(3)
                        .build())))
        .isEmpty();
    assertThat(listTurns("s", true)).containsExactly("b");
    assertThat(write(turn("c", "s", "lion")).getMemories(0).getSequence()).isEqualTo(3);
  }

  @Test
  void pagesAreCompleteWhileOthersWrite() throws Exception {
    List<Memory.Builder> first = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      first.add(turn("m%03d".formatted(i), "s", "text " + i));
    }
    write(first.toArray(Memory.Builder[]::new));
    AtomicBoolean done = new AtomicBoolean();
    List<String> seen = new ArrayList<>();
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Future<?> writing =
          writer.submit(() -> {
            for (int i = 0; !done.get(); i++) {
              write(turn("x" + i, "s", "more"));
            }
          });
      ListMemoriesRequest.Builder request =
          ListMemoriesRequest.newBuilder().setNamespace(namespace).setPageSize(7);
      do {
        ListMemoriesResponse page = store.client.listMemories(request.build());
        page.getMemoriesList().forEach(memory -> seen.add(memory.getId()));
        request.setPageToken(page.getNextPageToken());
      } while (!request.getPageToken().isEmpty() && seen.size() < 100);
      done.set(true);
      writing.get();
      refused(
          () ->
              store.client.listMemories(
                  request
                      .setUnencoded(true)
                      .setPageToken(
                          request.getPageToken().isEmpty() ? "AAAAAAA" : request.getPageToken())
                      .build()),
          Status.Code.INVALID_ARGUMENT,
          "PAGE_TOKEN_INVALID",
          "page_token");
    }
    assertThat(seen).doesNotHaveDuplicates().startsWith("m000", "m001").contains("m099");
  }

  @Test
  void turnsPageNewestFirst() {
    for (int i = 1; i <= 10; i++) {
      write(turn("t" + i, "s", "text"));
    }
    List<String> seen = new ArrayList<>();
    ListTurnsRequest.Builder request =
        ListTurnsRequest.newBuilder().setNamespace(namespace).setSession("s").setPageSize(3);
    do {
      ListTurnsResponse page = store.client.listTurns(request.build());
      page.getTurnsList().forEach(turn -> seen.add(turn.getId()));
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    assertThat(seen).containsExactly("t10", "t9", "t8", "t7", "t6", "t5", "t4", "t3", "t2", "t1");
    assertThat(listTurns("none", false)).isEmpty();
  }

  @Test
  void recordsHaveVersions() {
    PutRecordRequest put =
        PutRecordRequest.newBuilder()
            .setNamespace(namespace)
            .setRecord(
                Record.newBuilder()
                    .setCollection("c")
                    .setId("r")
                    .setData(ByteString.copyFromUtf8("one")))
            .setIfAbsent(true)
            .build();
    Record first = store.client.putRecord(put).getRecord();
    refused(() -> store.client.putRecord(put), Status.Code.ABORTED, "ETAG_MISMATCH", "if_absent");
    Record second =
        store
            .client
            .putRecord(put.toBuilder().setIfAbsent(false).setIfEtag(first.getEtag()).build())
            .getRecord();
    assertThat(second.getEtag()).isNotEqualTo(first.getEtag());
    assertThat(second.getCreateTime()).isEqualTo(first.getCreateTime());
    assertThat(
            store
                .client
                .listRecords(
                    ListRecordsRequest.newBuilder()
                        .setNamespace(namespace)
                        .setCollection("c")
                        .build())
                .getRecords(0)
                .getData()
                .toStringUtf8())
        .isEqualTo("one");
    DeleteRecordRequest delete =
        DeleteRecordRequest.newBuilder()
            .setNamespace(namespace)
            .setCollection("c")
            .setId("r")
            .build();
    refused(
        () -> store.client.deleteRecord(delete.toBuilder().setIfEtag(first.getEtag()).build()),
        Status.Code.ABORTED,
        "ETAG_MISMATCH",
        "if_etag");
    assertThat(store.client.deleteRecord(delete).getRevision()).isEqualTo(3);
    refused(
        () -> store.client.deleteRecord(delete), Status.Code.NOT_FOUND, "RECORD_NOT_FOUND", "id");
  }

  @Test
  void aNamespaceDeletedAndCreatedAgainIsEmpty() {
    write(fact("a", "zebra", 1, 0, 0, 0));
    assertThat(ids(store.client.searchMemories(search("zebra").setMinRevision(1).build())))
        .hasSize(1);
    var _ =
        store.client.deleteNamespace(
            DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build());
    refused(() -> get(), Status.Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    store.createNamespace(namespace, 2);
    assertThat(ids(store.client.searchMemories(search("zebra").build()))).isEmpty();
    assertThat(get().getRevision()).isZero();
  }

  @Test
  void anEtagIsNoOtherNamespacesOfTheSameName() {
    PutRecordRequest put =
        PutRecordRequest.newBuilder()
            .setNamespace(namespace)
            .setRecord(Record.newBuilder().setCollection("c").setId("r"))
            .build();
    String etag = store.client.putRecord(put).getRecord().getEtag();
    var _ =
        store.client.deleteNamespace(
            DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build());
    store.createNamespace(namespace);
    assertThat(store.client.putRecord(put).getRecord().getEtag()).isNotEqualTo(etag);
  }

  @Test
  void bigMemoriesPageAndAreFound() {
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String id = "t%02d".formatted(i);
      written.add(id);
      write(turn(id, "s", "zebra " + "x".repeat((1 << 20) - 6)));
    }
    List<String> seen = new ArrayList<>();
    ListTurnsRequest.Builder request =
        ListTurnsRequest.newBuilder()
            .setNamespace(namespace)
            .setSession("s")
            .setOldestFirst(true)
            .setPageSize(1_000);
    do {
      ListTurnsResponse page = store.client.listTurns(request.build());
      page.getTurnsList().forEach(turn -> seen.add(turn.getId()));
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    assertThat(seen).isEqualTo(written);
    SearchMemoriesResponse found =
        store.client.searchMemories(
            search("zebra").setLimit(40).setNeighbors(5).setMinRevision(40).build());
    assertThat(found.getHitsCount()).isBetween(10, 16);
    assertThat(found.getNeighborsList()).isEmpty();
    assertThat(found.getSerializedSize()).isLessThan(33 << 20);
  }

  private void agree(AttributeCondition.Builder condition, String... ids) {
    agree(Filter.newBuilder().addAttributes(condition), ids);
  }

  private void agree(Filter.Builder filter, String... ids) {
    assertThat(
            store
                .client
                .listMemories(
                    ListMemoriesRequest.newBuilder()
                        .setNamespace(namespace)
                        .setFilter(filter)
                        .build())
                .getMemoriesList())
        .extracting(Memory::getId)
        .containsExactly(ids);
    assertThat(
            ids(
                store.client.searchMemories(
                    search("zebra").setFilter(filter).setMinRevision(1).build())))
        .containsExactlyInAnyOrder(ids);
  }

  private WriteMemoriesResponse write(Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request =
        WriteMemoriesRequest.newBuilder().setNamespace(namespace);
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    return store.client.writeMemories(request.build());
  }

  private Namespace get() {
    return store
        .client
        .getNamespace(GetNamespaceRequest.newBuilder().setNamespace(namespace).build())
        .getNamespace();
  }

  private SearchMemoriesRequest.Builder search(String text) {
    return SearchMemoriesRequest.newBuilder().setNamespace(namespace).setText(text);
  }

  private List<String> listTurns(String session, boolean oldestFirst) {
    return store
        .client
        .listTurns(
            ListTurnsRequest.newBuilder()
                .setNamespace(namespace)
                .setSession(session)
                .setOldestFirst(oldestFirst)
                .build())
        .getTurnsList()
        .stream()
        .map(Memory::getId)
        .toList();
  }

  private static List<String> ids(SearchMemoriesResponse found) {
    return found.getHitsList().stream().map(hit -> hit.getMemory().getId()).toList();
  }

  private static AttributeCondition.Builder where(String name) {
    return AttributeCondition.newBuilder().setName(name);
  }

  private static AttributeValue text(String text) {
    return AttributeValue.newBuilder().setText(text).build();
  }

  private static AttributeValue number(double number) {
    return AttributeValue.newBuilder().setNumber(number).build();
  }

  private static AttributeValue flag(boolean flag) {
    return AttributeValue.newBuilder().setFlag(flag).build();
  }
}
