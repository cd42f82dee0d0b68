package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static io.mnestic.memory.Memories.vector;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.ExportMemoriesRequest;
import io.mnestic.memory.v1.ExportMemoriesResponse;
import io.mnestic.memory.v1.ImportMemoriesRequest;
import io.mnestic.memory.v1.ImportStart;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListMemoriesResponse;
import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.ToolCall;
import io.mnestic.memory.v1.Turn;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Export and import over a real channel. */
final class TransferIT {
  private static final int PIECE = 64 << 10;
  private static final ImportStart TO = ImportStart.newBuilder().setNamespace("to").build();

  @TempDir Path data;
  private TestStore store;

  @BeforeEach
  void start() {
    store = TestStore.start(data);
    store.createNamespace("n");
    store.createNamespace("to");
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void whatIsImportedIsWhatWasExportedToTheLastBit() {
    long seed = System.nanoTime();
    System.out.println("TransferIT seed " + seed);
    Random random = new Random(seed);
    fill(random, 1_500);
    delete("m7");
    delete("m1499");
    ByteString file = export("n");
    assertThat(
            Importing.of(store.channel(), TO, file, 1 + random.nextInt(PIECE)).last().getWritten())
        .isEqualTo(1_498);
    List<Memory> before = list("n");
    assertThat(withoutRevisions(list("to"))).isEqualTo(withoutRevisions(before));
    assertThat(bits(list("to"))).isEqualTo(bits(before));
    assertThat(turns("to", "s1")).isEqualTo(turns("n", "s1"));
    // The same but for names and revisions, once more.
    assertThat(memoryLines(export("to")).size()).isEqualTo(1_498);
    // A turn said after an import comes behind all that were imported.
    write("to", turn("next", "s1", "later"));
    assertThat(turns("to", "s1").getLast()).isEqualTo("next");
  }

  @Test
  void importingAgainChangesNothing() {
    fill(new Random(1), 200);
    ByteString file = export("n");
    Importing first = Importing.of(store.channel(), TO, file, PIECE);
    assertThat(first.last().getLines()).isEqualTo(202);
    assertThat(first.last().getRevision()).isEqualTo(1);
    Importing again = Importing.of(store.channel(), TO, file, PIECE);
    assertThat(again.last().getWritten()).isZero();
    assertThat(again.last().getUnchanged()).isEqualTo(200);
    assertThat(again.last().getRevision()).isEqualTo(1);
    Importing intoItself =
        Importing.of(
            store.channel(), ImportStart.newBuilder().setNamespace("n").build(), file, PIECE);
    assertThat(intoItself.last().getUnchanged()).isEqualTo(200);
  }

  @Test
  void aFileCutAnywhereKeepsWhatWasAcknowledgedAndCanBeRepeated() {
    Random random = new Random(2);
    fill(random, 40);
    ByteString file = export("n");
    List<Integer> cuts = new ArrayList<>(List.of(1, file.size() - 1));
    for (int i = 0; i < 30; i++) {
      cuts.add(1 + random.nextInt(file.size() - 1));
    }
    // At the end of a line too: what is there is whole, but there is no end line.
    cuts.add(file.toString(StandardCharsets.UTF_8).indexOf('\n', file.size() / 2) + 1);
    for (int cut : cuts) {
      ByteString half = file.substring(0, cut);
      long whole = newlines(half);
      Importing importing = Importing.of(store.channel(), TO, half, 1_000);
      if (cut == file.size() - 1) {
        // Only the last line's end is missing.
        assertThat(importing.status().isOk()).isTrue();
        continue;
      }
      BadInputIT.refused(
          importing::orThrow, Status.Code.INVALID_ARGUMENT, "IMPORT_LINE_INVALID", "data");
      assertThat(importing.status().getDescription())
          .startsWith("line " + (whole + 1) + ": the file ");
      assertThat(importing.last().getLines()).isEqualTo(whole);
      assertThat(importing.last().getWritten() + importing.last().getUnchanged())
          .isEqualTo(Math.max(0, whole - 1));
    }
    assertThat(Importing.of(store.channel(), TO, file, PIECE).status().isOk()).isTrue();
    assertThat(withoutRevisions(list("to"))).isEqualTo(withoutRevisions(list("n")));
  }

  @Test
  void goesOnBehindTheLinesThatWereAcknowledged() {
    fill(new Random(3), 30);
    ByteString file = export("n");
    int half = nthNewline(file, 12);
    Importing first = Importing.of(store.channel(), TO, file.substring(0, half + 40), PIECE);
    assertThat(first.status().isOk()).isFalse();
    assertThat(first.last().getLines()).isEqualTo(12);
    Importing second =
        Importing.of(
            store.channel(),
            TO.toBuilder().setLinesBefore(12).build(),
            file.substring(half),
            PIECE);
    assertThat(second.status().isOk()).isTrue();
    assertThat(second.last().getLines()).isEqualTo(32);
    assertThat(second.last().getWritten()).isEqualTo(19);
    assertThat(second.last().getUnchanged()).isZero();
    assertThat(withoutRevisions(list("to"))).isEqualTo(withoutRevisions(list("n")));
  }

  @Test
  void anExportGoesOnBehindTheLastWholeLine() {
    fill(new Random(4), 30);
    ByteString file = export("n");
    List<Memory> all = list("n");
    for (int received : new int[] {1, 13, 30}) {
      ByteString rest =
          export(
              ExportMemoriesRequest.newBuilder()
                  .setNamespace("n")
                  .setRevision(1)
                  .setAfterId(all.get(received - 1).getId())
                  .setMemoriesBefore(received));
      assertThat(file.substring(0, nthNewline(file, received + 1)).concat(rest)).isEqualTo(file);
    }
  }

  @Test
  void anExportIsOfItsRevisionWhateverCameSince() {
    fill(new Random(5), 30);
    ByteString file = export("n");
    String last = list("n").get(12).getId();
    write("n", fact("m1", "known otherwise"), fact("new", "not known then"));
    delete("m4");
    delete(last);
    assertThat(export(ExportMemoriesRequest.newBuilder().setNamespace("n").setRevision(1)))
        .isEqualTo(file);
    ByteString rest =
        export(
            ExportMemoriesRequest.newBuilder()
                .setNamespace("n")
                .setRevision(1)
                .setAfterId(last)
                .setMemoriesBefore(13));
    assertThat(file.substring(0, nthNewline(file, 14)).concat(rest)).isEqualTo(file);
    assertThat(memoryLines(export("n"))).hasSize(29).isNotEqualTo(memoryLines(file));
  }

  @Test
  void longLinesComeInPieces() {
    Memory.Builder big = fact("big", "k".repeat(1 << 20)).setValue("é".repeat(1 << 19));
    for (int i = 0; i < 4; i++) {
      big.setKind(Kind.KIND_TURN)
          .setTurn(
              Turn.newBuilder()
                  .setSession("s")
                  .addToolCalls(
                      ToolCall.newBuilder()
                          .setId("c")
                          .setName("f")
                          .setArguments("\"\\\n".repeat(200_000))));
    }
    write("n", big, fact("small", "text", 1, 2, 3, 4));
    List<ExportMemoriesResponse> messages = new ArrayList<>();
    store
        .client
        .exportMemories(ExportMemoriesRequest.newBuilder().setNamespace("n").build())
        .forEachRemaining(messages::add);
    assertThat(messages).hasSizeGreaterThan(2);
    assertThat(messages).allMatch(one -> one.getData().size() <= 1 << 20);
    assertThat(messages.getFirst().getMemories()).isZero();
    assertThat(messages.getLast().getMemories()).isEqualTo(2);
    assertThat(messages.getLast().getTotal()).isEqualTo(2);
    ByteString file =
        messages.stream()
            .map(ExportMemoriesResponse::getData)
            .reduce(ByteString.EMPTY, ByteString::concat);
    assertThat(Importing.of(store.channel(), TO, file, PIECE).last().getWritten()).isEqualTo(2);
    assertThat(withoutRevisions(list("to"))).isEqualTo(withoutRevisions(list("n")));
  }

  @Test
  void anEmptyNamespaceIsAFileToo() {
    ByteString file = export("n");
    assertThat(newlines(file)).isEqualTo(2);
    Importing importing = Importing.of(store.channel(), TO, file, PIECE);
    assertThat(importing.status().isOk()).isTrue();
    assertThat(importing.last().getLines()).isEqualTo(2);
    assertThat(importing.last().getRevision()).isZero();
  }

  @Test
  void aFileMadeByHand() {
    write("to", fact("f", "a fact", 1, 0, 0, 0).setValue("old"));
    Importing importing =
        lines(
            "{\"memory\":{\"id\":\"f\",\"kind\":\"KIND_FACT\",\"key\":\"a fact\",\"value\":\"new\"}}",
            "",
            "{\"memory\":{\"id\":\"g\",\"kind\":\"KIND_FACT\",\"key\":\"first\"}}",
            "{\"memory\":{\"id\":\"g\",\"kind\":\"KIND_FACT\",\"key\":\"second\"}}\r",
            "{\"memory\":{\"id\":\"t\",\"kind\":\"KIND_TURN\",\"key\":\"hello\",\"turn\":{\"session\":\"s\"}}}");
    assertThat(importing.status().isOk()).isTrue();
    assertThat(importing.last().getWritten()).isEqualTo(4);
    List<Memory> stored = list("to");
    assertThat(stored).extracting(Memory::getValue).containsExactly("new", "second", "hello");
    // The key is the same, so its vector still holds.
    assertThat(stored.getFirst().getVectors(0)).isEqualTo(vector("key", 1, 0, 0, 0));
    assertThat(stored.getLast().getTurn().getSequence()).isEqualTo(1);
    assertThat(stored).allMatch(memory -> memory.hasCreateTime() && memory.hasUpdateTime());
  }

  @Test
  void aBadLineIsNamedAndThoseBeforeItStay() {
    String good = "{\"memory\":{\"id\":\"%s\",\"kind\":\"KIND_FACT\",\"key\":\"text\"}}";
    List<String> bad =
        List.of(
            "not JSON",
            "[]",
            "null",
            "3",
            "{}",
            "{\"memory\":{\"id\":\"x\"",
            "{\"memory\":{\"id\":\"x\",\"kind\":\"KIND_FACT\",\"key\":\"text\",\"colour\":1}}",
            "{\"memory\":{\"id\":\"x\",\"kind\":\"KIND_FACT\",\"key\":\" \"}}",
            "{\"memory\":{\"id\":\"x\",\"kind\":\"KIND_ODD\",\"key\":\"text\"}}",
            "{\"memory\":{\"kind\":\"KIND_FACT\",\"key\":\"without an id\"}}",
            "{\"memory\":{\"id\":\"a\\u0007\",\"kind\":\"KIND_FACT\",\"key\":\"text\"}}",
            "{\"memory\":{\"id\":\"x\",\"kind\":\"KIND_TURN\",\"key\":\"text\"}}",
            "{\"memory\":{\"id\":\"x\",\"kind\":\"KIND_FACT\",\"key\":\"text\",\"createTime\":\"yesterday\"}}",
            "{\"memory\":{\"id\":\"x\",\"kind\":\"KIND_FACT\",\"key\":\"t\",\"vectors\":[{\"name\":\"key\",\"values\":[1,2]}]}}",
            "{\"memory\":{\"id\":\"x\",\"kind\":\"KIND_FACT\",\"key\":\"t\",\"vectors\":[{\"name\":\"key\",\"values\":[1,2,3,\"NaN\"]}]}}",
            "{\"header\":{\"format\":1,\"model\":\"m\",\"dimensions\":4}}",
            "{\"end\":{\"memories\":\"7\"}}");
    long revision = 0;
    for (int i = 0; i < bad.size(); i++) {
      Importing importing =
          lines(good.formatted("a" + i), good.formatted("b" + i), bad.get(i), good.formatted("no"));
      BadInputIT.refused(
          importing::orThrow, Status.Code.INVALID_ARGUMENT, "IMPORT_LINE_INVALID", "data");
      assertThat(importing.status().getDescription()).startsWith("line 3: ");
      assertThat(importing.last().getLines()).isEqualTo(2);
      assertThat(importing.last().getWritten()).isEqualTo(2);
      revision++;
      assertThat(importing.last().getRevision()).isEqualTo(revision);
    }
    assertThat(list("to")).hasSize(2 * bad.size()).noneMatch(one -> one.getId().equals("no"));
  }

  @Test
  void linesThatDoNotFitTogether() {
    String memory = "{\"memory\":{\"id\":\"a\",\"kind\":\"KIND_FACT\",\"key\":\"text\"}}";
    lineRefused(1, "header.format", "{\"header\":{\"format\":2,\"model\":\"m\",\"dimensions\":4}}");
    lineRefused(
        1, "vectors are of", "{\"header\":{\"format\":1,\"model\":\"m\",\"dimensions\":5}}");
    lineRefused(
        1, "vectors are of", "{\"header\":{\"format\":1,\"model\":\"o\",\"dimensions\":4}}");
    lineRefused(2, "2 memories were exported", memory, "{\"end\":{\"memories\":\"2\"}}");
    lineRefused(3, "behind the end", memory, "{\"end\":{\"memories\":\"1\"}}", memory);
    String turn =
        "{\"memory\":{\"id\":\"%s\",\"kind\":\"KIND_TURN\",\"key\":\"k\",\"turn\":{\"session\":\"s\",\"sequence\":\"%d\"}}}";
    lineRefused(2, "is taken by 't1'", turn.formatted("t1", 5), turn.formatted("t2", 5));
    lineRefused(2, "is taken by 't1'", turn.formatted("t3", 6), turn.formatted("t4", 5), memory);
    assertThat(turns("to", "s")).containsExactly("t1", "t3");
    Importing notUtf8 =
        Importing.of(
            store.channel(),
            TO,
            ByteString.copyFromUtf8(memory + "\n{\"memory\":{\"id\":\"")
                .concat(ByteString.copyFrom(new byte[] {(byte) 0xC3, (byte) 0x28}))
                .concat(ByteString.copyFromUtf8("\",\"kind\":\"KIND_FACT\",\"key\":\"k\"}}\n")),
            PIECE);
    assertThat(notUtf8.status().getDescription()).contains("line 2").contains("not UTF-8");
  }

  @Test
  void badRequests() {
    ImportMemoriesRequest bytes =
        ImportMemoriesRequest.newBuilder().setData(ByteString.copyFromUtf8("x")).build();
    ImportMemoriesRequest begin = ImportMemoriesRequest.newBuilder().setStart(TO).build();
    importRefused(Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "start", bytes);
    importRefused(Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "start", begin, begin);
    importRefused(Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "start");
    importRefused(
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "data",
        begin,
        ImportMemoriesRequest.newBuilder().setData(ByteString.EMPTY).build());
    importRefused(
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "part",
        begin,
        ImportMemoriesRequest.getDefaultInstance());
    importRefused(
        Status.Code.NOT_FOUND,
        "NAMESPACE_NOT_FOUND",
        "namespace",
        ImportMemoriesRequest.newBuilder()
            .setStart(ImportStart.newBuilder().setNamespace("none"))
            .build());
    exportRefused(
        ExportMemoriesRequest.newBuilder().setNamespace("none"),
        Status.Code.NOT_FOUND,
        "NAMESPACE_NOT_FOUND",
        "namespace");
    exportRefused(
        ExportMemoriesRequest.newBuilder().setNamespace("n").setRevision(1),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "revision");
    exportRefused(
        ExportMemoriesRequest.newBuilder().setNamespace("n").setAfterId("a"),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "request");
  }

  private void exportRefused(
      ExportMemoriesRequest.Builder request, Status.Code code, String reason, String field) {
    BadInputIT.refused(
        () -> store.client.exportMemories(request.build()).hasNext(), code, reason, field);
  }

  private void importRefused(
      Status.Code code, String reason, String field, ImportMemoriesRequest... messages) {
    BadInputIT.refused(
        () -> Importing.of(store.channel(), messages).orThrow(), code, reason, field);
  }

  private void lineRefused(long line, String why, String... lines) {
    Importing importing = lines(lines);
    BadInputIT.refused(
        importing::orThrow, Status.Code.INVALID_ARGUMENT, "IMPORT_LINE_INVALID", "data");
    assertThat(importing.status().getDescription()).startsWith("line " + line + ": ").contains(why);
    assertThat(importing.last().getLines()).isEqualTo(line - 1);
  }

  private Importing lines(String... lines) {
    return Importing.of(
        store.channel(), TO, ByteString.copyFromUtf8(String.join("\n", lines) + "\n"), PIECE);
  }

  /** Memories with everything a memory can have. */
  private void fill(Random random, int count) {
    List<Memory.Builder> memories = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Memory.Builder memory =
          i % 3 == 0
              ? turn("m" + i, "s" + i % 5, "said “" + i + "” \u2028<&>\ud83d\ude00\t")
              : fact("m" + i, "known " + i);
      if (i % 3 == 0) {
        memory
            .getTurnBuilder()
            .setRole(Role.ROLE_ASSISTANT)
            .setSpeaker("Ana")
            .setSaidTime(Memories.time("2021-02-03T04:05:06.000000" + (100 + i % 900) + "Z"))
            .addToolCalls(ToolCall.newBuilder().setId("c").setName("f").setArguments("{\"a\":1}"));
      }
      memory
          .setValue("value " + i)
          .setPinned(i % 11 == 0)
          .setValidFrom(Memories.time("2020-01-01T00:00:00.123456789Z"))
          .putAttributes(
              "number", AttributeValue.newBuilder().setNumber(random.nextGaussian()).build())
          .putAttributes("minus", AttributeValue.newBuilder().setNumber(-0.0).build())
          .putAttributes("tiny", AttributeValue.newBuilder().setNumber(Double.MIN_VALUE).build())
          .putAttributes("text", AttributeValue.newBuilder().setText("\"\\\n\u0001").build())
          .putAttributes("flag", AttributeValue.newBuilder().setFlag(false).build());
      if (i % 4 == 0) {
        memory.setImportance(random.nextFloat() + 0.001f);
      }
      if (i % 7 != 0) {
        memory
            .addVectors(vector("key", floats(random)))
            .addVectors(vector("passage/3", floats(random)));
      }
      memories.add(memory);
    }
    for (int from = 0; from < count; from += 1_000) {
      write(
          "n",
          memories.subList(from, Math.min(from + 1_000, count)).toArray(Memory.Builder[]::new));
    }
  }

  private static float[] floats(Random random) {
    float[] values = new float[TestStore.DIMENSIONS];
    for (int i = 0; i < values.length; i++) {
      // Of very different sizes, down to numbers that are hardly there.
      values[i] = (float) (random.nextGaussian() * Math.pow(10, -random.nextInt(45)));
    }
    values[random.nextInt(values.length)] = 1;
    return values;
  }

  private ByteString export(String namespace) {
    return export(ExportMemoriesRequest.newBuilder().setNamespace(namespace));
  }

  private ByteString export(ExportMemoriesRequest.Builder request) {
    Iterator<ExportMemoriesResponse> messages = store.client.exportMemories(request.build());
    ByteString file = ByteString.EMPTY;
    while (messages.hasNext()) {
      file = file.concat(messages.next().getData());
    }
    return file;
  }

  private void write(String namespace, Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request =
        WriteMemoriesRequest.newBuilder().setNamespace(namespace);
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    store.client.writeMemories(request.build());
  }

  private void delete(String id) {
    store.client.deleteMemories(
        DeleteMemoriesRequest.newBuilder().setNamespace("n").addIds(id).build());
  }

  private List<Memory> list(String namespace) {
    List<Memory> all = new ArrayList<>();
    ListMemoriesRequest.Builder request =
        ListMemoriesRequest.newBuilder()
            .setNamespace(namespace)
            .setWithVectors(true)
            .setPageSize(1_000);
    do {
      ListMemoriesResponse page = store.client.listMemories(request.build());
      all.addAll(page.getMemoriesList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return all;
  }

  private List<String> turns(String namespace, String session) {
    return store
        .client
        .listTurns(
            ListTurnsRequest.newBuilder()
                .setNamespace(namespace)
                .setSession(session)
                .setOldestFirst(true)
                .setPageSize(1_000)
                .build())
        .getTurnsList()
        .stream()
        .map(Memory::getId)
        .toList();
  }

  private static List<Memory> withoutRevisions(List<Memory> memories) {
    return memories.stream().map(one -> one.toBuilder().clearRevision().build()).toList();
  }

  private static List<Integer> bits(List<Memory> memories) {
    return memories.stream()
        .flatMap(memory -> memory.getVectorsList().stream())
        .flatMap(one -> one.getValuesList().stream())
        .map(Float::floatToRawIntBits)
        .toList();
  }

  private static List<String> memoryLines(ByteString file) {
    return file.toStringUtf8().lines().filter(line -> line.startsWith("{\"memory\"")).toList();
  }

  private static long newlines(ByteString file) {
    return file.toString(StandardCharsets.ISO_8859_1).chars().filter(one -> one == '\n').count();
  }

  /** The place behind the end of the n-th line. */
  private static int nthNewline(ByteString file, int lines) {
    int seen = 0;
    for (int i = 0; i < file.size(); i++) {
      if (file.byteAt(i) == '\n' && ++seen == lines) {
        return i + 1;
      }
    }
    throw new AssertionError("fewer lines");
  }
}
