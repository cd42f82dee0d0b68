package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mnestic.memory.v1.*;
import io.mnestic.memory.v1.Record;
import io.mnestic.wire.PageToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of bad input: its code, reason and field, and nothing changed. */
final class BadInputIT {
  @TempDir static Path data;
  private static TestStore store;

  @BeforeAll
  static void start() {
    store = TestStore.start(data);
    store.createNamespace("n");
    write(fact("here", "a key", 1, 0, 0, 0));
  }

  @AfterAll
  static void stop() {
    store.close();
  }

  @AfterEach
  void nothingChanged() {
    Namespace namespace =
        store
            .client
            .getNamespace(GetNamespaceRequest.newBuilder().setNamespace("n").build())
            .getNamespace();
    assertThat(namespace.getRevision()).isEqualTo(1);
    assertThat(namespace.getMemoryCount()).isEqualTo(1);
  }

  @Test
  void unknownNamespace() {
    refused(
        () ->
            store.client.writeMemories(
                WriteMemoriesRequest.newBuilder()
                    .setNamespace("none")
                    .addMemories(fact("a", "a"))
                    .build()),
        Status.Code.NOT_FOUND,
        "NAMESPACE_NOT_FOUND",
        "namespace");
    refused(
        () -> store.client.searchMemories(search("none").setText("a").build()),
        Status.Code.NOT_FOUND,
        "NAMESPACE_NOT_FOUND",
        "namespace");
  }

  @Test
  void badMemories() {
    invalid(fact("a", ""), "memories[0].key");
    invalid(fact("a", " \t\n"), "memories[0].key");
    invalid(fact("a\u0007b", "a"), "memories[0].id");
    invalid(fact("a", "a").setKind(Kind.KIND_UNSPECIFIED), "memories[0].kind");
    invalid(fact("a", "a").setKind(Kind.KIND_TURN), "memories[0]");
    invalid(fact("a", "x".repeat((1 << 20) + 1_025)), "memories[0].key");
    invalid(
        fact("a", "a").setValidFrom(Timestamp.newBuilder().setNanos(-1)), "memories[0].valid_from");
    refused(
        () -> write(fact("a", "a"), fact("a", "b")),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "memories[1].id");
  }

  @Test
  void badVectors() {
    refused(
        () -> write(fact("a", "a"), fact("b", "b", 1, 2, 3)),
        Status.Code.INVALID_ARGUMENT,
        "WRONG_DIMENSION",
        "memories[1].vectors[0].values");
    refused(
        () -> write(fact("b", "b", 1, Float.NaN, 3, 4)),
        Status.Code.INVALID_ARGUMENT,
        "VECTOR_NOT_FINITE",
        "memories[0].vectors[0].values");
    refused(
        () -> write(fact("b", "b", 1, Float.POSITIVE_INFINITY, 3, 4)),
        Status.Code.INVALID_ARGUMENT,
        "VECTOR_NOT_FINITE",
        "memories[0].vectors[0].values");
    refused(
        () -> write(fact("b", "b", 0, 0, -0f, 0)),
        Status.Code.INVALID_ARGUMENT,
        "VECTOR_ZERO",
        "memories[0].vectors[0].values");
    refused(
        () -> write(fact("b", "b", 1, 0, 0, 0).addVectors(vector("key", 1, 0, 0, 0))),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "memories[0].vectors[1].name");
    refused(
        () ->
            store.client.putVectors(
                PutVectorsRequest.newBuilder()
                    .setNamespace("n")
                    .addMemories(
                        MemoryVectors.newBuilder()
                            .setId("here")
                            .setRevision(1)
                            .addVectors(vector("key", 1)))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "WRONG_DIMENSION",
        "memories[0].vectors[0].values");
  }

  @Test
  void badSearches() {
    searchRefused(search("n").addAllVector(List.of(1f)), "WRONG_DIMENSION", "vector");
    searchRefused(
        search("n").addAllVector(List.of(1f, Float.NaN, 0f, 0f)), "VECTOR_NOT_FINITE", "vector");
    searchRefused(search("n").addAllVector(List.of(0f, 0f, 0f, 0f)), "VECTOR_ZERO", "vector");
    searchRefused(search("n"), "INVALID_FIELD", "request");
    searchRefused(
        search("n").setText("a").setRanking(Ranking.RANKING_DENSE), "INVALID_FIELD", "vector");
    searchRefused(
        search("n").addAllVector(List.of(1f, 0f, 0f, 0f)).setRanking(Ranking.RANKING_LEXICAL),
        "INVALID_FIELD",
        "text");
    refused(
        () -> store.client.searchMemories(search("n").setText("a").setMinRevision(2).build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "min_revision");
  }

  @Test
  void missingThings() {
    refused(
        () ->
            store.client.getMemory(
                GetMemoryRequest.newBuilder().setNamespace("n").setId("none").build()),
        Status.Code.NOT_FOUND,
        "MEMORY_NOT_FOUND",
        "id");
    refused(
        () ->
            store.client.deleteMemories(
                DeleteMemoriesRequest.newBuilder()
                    .setNamespace("n")
                    .addIds("here")
                    .addIds("none")
                    .build()),
        Status.Code.NOT_FOUND,
        "MEMORY_NOT_FOUND",
        "ids[1]");
    refused(
        () ->
            store.client.getRecord(
                GetRecordRequest.newBuilder()
                    .setNamespace("n")
                    .setCollection("c")
                    .setId("r")
                    .build()),
        Status.Code.NOT_FOUND,
        "RECORD_NOT_FOUND",
        "id");
    refused(
        () ->
            store.client.putRecord(
                PutRecordRequest.newBuilder()
                    .setNamespace("n")
                    .setRecord(Record.newBuilder().setCollection("c").setId("r"))
                    .setIfEtag("5")
                    .build()),
        Status.Code.ABORTED,
        "ETAG_MISMATCH",
        "if_etag");
  }

  @Test
  void pageTokensOfOtherRequests() {
    // Each token is whole and right, for the same listing of something else or for another listing.
    ListNamespacesRequest namespaces = ListNamespacesRequest.getDefaultInstance();
    ListMemoriesRequest memories = ListMemoriesRequest.newBuilder().setNamespace("n").build();
    ListTurnsRequest turns =
        ListTurnsRequest.newBuilder().setNamespace("n").setSession("s").build();
    ListRecordsRequest records =
        ListRecordsRequest.newBuilder().setNamespace("n").setCollection("c").build();
    String ofNamespaces = PageToken.after(namespaces, "a");
    String ofMemories = PageToken.after(memories, "a");

    pageTokenRefused(
        () -> store.client.listNamespaces(namespaces.toBuilder().setPageToken(ofMemories).build()));
    for (String token :
        List.of(
            "x!",
            ofNamespaces,
            PageToken.after(memories.toBuilder().setNamespace("m").build(), "a"),
            PageToken.after(memories.toBuilder().setUnencoded(true).build(), "a"))) {
      pageTokenRefused(
          () -> store.client.listMemories(memories.toBuilder().setPageToken(token).build()));
    }
    for (String token :
        List.of(
            ofMemories,
            PageToken.after(turns.toBuilder().setSession("t").build(), "1"),
            PageToken.after(turns.toBuilder().setOldestFirst(true).build(), "1"))) {
      pageTokenRefused(() -> store.client.listTurns(turns.toBuilder().setPageToken(token).build()));
    }
    for (String token :
        List.of(
            ofMemories,
            PageToken.after(records.toBuilder().setCollection("d").build(), "a"),
            PageToken.after(records.toBuilder().setNamespace("m").build(), "a"))) {
      pageTokenRefused(
          () -> store.client.listRecords(records.toBuilder().setPageToken(token).build()));
    }
  }

  private static void pageTokenRefused(ThrowingCallable call) {
    refused(call, Status.Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", "page_token");
  }

  @Test
  void controlCharactersAndTooLongValues() {
    refused(
        () -> store.createNamespace("a\u0007"),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "namespace.name");
    refused(
        () ->
            store.client.writeMemories(
                WriteMemoriesRequest.newBuilder()
                    .setNamespace("n")
                    .setRequestId("a\u0007")
                    .addMemories(fact("a", "a"))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "request_id");
    invalid(Memories.turn("a", "s\u0007", "a"), "memories[0].turn.session");
    invalid(fact("a", "a").setValue("x".repeat((1 << 20) + 1)), "memories[0].value");
  }

  @Test
  void controlCharactersInIds() {
    invalid(
        Memories.turn("a", "s", "a")
            .setTurn(Turn.newBuilder().setSession("s").setToolCallId("c\u0000")),
        "memories[0].turn.tool_call_id");
    idRefused(
        () ->
            store.client.getMemory(
                GetMemoryRequest.newBuilder().setNamespace("n").setId("here\n").build()),
        "id");
    idRefused(
        () ->
            store.client.deleteMemories(
                DeleteMemoriesRequest.newBuilder()
                    .setNamespace("n")
                    .addIds("here")
                    .addIds("a\u0007")
                    .build()),
        "ids[1]");
    idRefused(
        () ->
            store.client.putVectors(
                PutVectorsRequest.newBuilder()
                    .setNamespace("n")
                    .addMemories(
                        MemoryVectors.newBuilder()
                            .setId("here\u0085")
                            .addVectors(vector("key", 1, 0, 0, 0)))
                    .build()),
        "memories[0].id");
    idRefused(
        () ->
            store.client.listTurns(
                ListTurnsRequest.newBuilder().setNamespace("n").setSession("s\t").build()),
        "session");
    idRefused(
        () ->
            store.client.putRecord(
                PutRecordRequest.newBuilder()
                    .setNamespace("n")
                    .setRecord(Record.newBuilder().setCollection("c\n").setId("r"))
                    .build()),
        "record.collection");
    idRefused(
        () ->
            store.client.deleteRecord(
                DeleteRecordRequest.newBuilder()
                    .setNamespace("n")
                    .setCollection("c")
                    .setId("r")
                    .setIfEtag("5\u0000")
                    .build()),
        "if_etag");
    idRefused(
        () ->
            store.client.searchMemories(
                search("n")
                    .setText("a")
                    .setFilter(Filter.newBuilder().addSpeakers("b\u001b"))
                    .build()),
        "filter.speakers[0]");
  }

  private static void idRefused(ThrowingCallable call, String field) {
    refused(call, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", field);
  }

  @Test
  void badVectorsPutLater() {
    putRefused("VECTOR_NOT_FINITE", 1, Float.NaN, 0, 0);
    putRefused("VECTOR_ZERO", 0, 0, 0, 0);
  }

  private static void putRefused(String reason, float... values) {
    refused(
        () ->
            store.client.putVectors(
                PutVectorsRequest.newBuilder()
                    .setNamespace("n")
                    .addMemories(
                        MemoryVectors.newBuilder()
                            .setId("here")
                            .setRevision(1)
                            .addVectors(vector("key", values)))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        reason,
        "memories[0].vectors[0].values");
  }

  @Test
  void aPageTokenMadeByHand() {
    ListTurnsRequest listing =
        ListTurnsRequest.newBuilder().setNamespace("n").setSession("s").build();
    refused(
        () ->
            store.client.listTurns(
                listing.toBuilder().setPageToken(PageToken.after(listing, "x")).build()),
        Status.Code.INVALID_ARGUMENT,
        "PAGE_TOKEN_INVALID",
        "page_token");
  }

  @Test
  void otherSettingsOfTheSameNamespace() {
    refused(
        () -> store.createNamespace("n", 5),
        Status.Code.ALREADY_EXISTS,
        "NAMESPACE_EXISTS",
        "namespace.vector_spaces");
  }

  private static void invalid(Memory.Builder memory, String field) {
    refused(() -> write(memory), Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", field);
  }

  private static void searchRefused(
      SearchMemoriesRequest.Builder request, String reason, String field) {
    refused(
        () -> store.client.searchMemories(request.build()),
        Status.Code.INVALID_ARGUMENT,
        reason,
        field);
  }

  private static SearchMemoriesRequest.Builder search(String namespace) {
    return SearchMemoriesRequest.newBuilder().setNamespace(namespace);
  }

  private static void write(Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request = WriteMemoriesRequest.newBuilder().setNamespace("n");
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    store.client.writeMemories(request.build());
  }

  static void refused(ThrowingCallable call, Status.Code code, String reason, String field) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    ErrorInfo info = detail(refusal, ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo(reason);
    assertThat(info.getDomain()).isEqualTo("mnestic");
    assertThat(detail(refusal, BadRequest.class).getFieldViolationsList())
        .extracting(BadRequest.FieldViolation::getField)
        .contains(field);
  }

  static <M extends com.google.protobuf.Message> M detail(
      StatusRuntimeException refusal, Class<M> type) {
    com.google.rpc.Status status =
        Objects.requireNonNull(StatusProto.fromThrowable(refusal), "status");
    for (Any any : status.getDetailsList()) {
      if (any.is(type)) {
        try {
          return any.unpack(type);
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError("no " + type + " in " + status);
  }
}
