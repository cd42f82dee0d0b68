package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import io.mnestic.memory.v1.BranchNamespaceRequest;
import io.mnestic.memory.v1.CreateSnapshotRequest;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.ExportMemoriesRequest;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.ImportStart;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.LaneWeight;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Reinforcement;
import io.mnestic.memory.v1.RestoreSnapshotRequest;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.memory.v1.UpdateMemoryRequest;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Token vectors go where their memories go: to the past, to branches, back from snapshots, out and
 * in; and they go when the text they were made from does.
 */
final class TokenHistoryIT {
  private static final int MEMORIES = 30;
  private static final int REVISIONS = 60;

  @TempDir Path data;

  private Random random = new Random();

  @Test
  void aSearchAsOfARevisionScoresAsASearchDidThen() {
    long seed = System.nanoTime();
    System.out.println("TokenHistoryIT seed " + seed);
    random = new Random(seed);
    List<SearchMemoriesRequest> queries = List.of(query(), query());
    List<List<List<Scored>>> answers = new ArrayList<>(List.of(List.of()));
    long snapshot = 1L + random.nextInt(REVISIONS - 1);
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      while (answers.size() <= REVISIONS) {
        change(store);
        long revision = namespace(store, "n").getRevision();
        if (revision == answers.size()) {
          answers.add(answer(store, queries, it -> it.setMinRevision(revision)));
        }
        if (revision == snapshot) {
          store.client.createSnapshot(
              CreateSnapshotRequest.newBuilder().setNamespace("n").setSnapshot("s").build());
        }
      }
      comparePast(store, queries, answers);
    }
    try (TestStore store = TestStore.start(data)) {
      comparePast(store, queries, answers);
      copyAndCompare(store, queries, answers, snapshot);
    }
  }

  @Test
  void tokensStayWithAnUnchangedKeyAndGoWithAChangedOne() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      write(store, fact("a", "one", 1, 0, 0, 0).addTokenVectors(tokens("key")));
      assertThat(tokenless(store)).isEmpty();
      update(store, fact("a", "one").setPinned(true), "pinned");
      assertThat(tokenless(store)).isEmpty();
      update(store, fact("a", "two"), "key");
      assertThat(tokenless(store)).containsExactly("a");
      update(store, fact("a", "two").addTokenVectors(tokens("key")), "token_vectors");
      assertThat(tokenless(store)).isEmpty();
      update(
          store,
          fact("a", "three").addTokenVectors(tokens("key")).addTokenVectors(tokens("context")),
          "key",
          "token_vectors");
      assertThat(tokenless(store)).isEmpty();
      assertThat(namespace(store, "n").getUnencodedCount()).isEqualTo(1);
      write(store, fact("a", "three", 1, 0, 0, 0));
      assertThat(tokenless(store)).containsExactly("a");
    }
  }

  @Test
  void aReinforcedMemoryKeepsTheTokensOfItsText() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      write(store, fact("a", "one", 1, 0, 0, 0).addTokenVectors(tokens("key")));
      store.client.writeMemories(
          WriteMemoriesRequest.newBuilder()
              .setNamespace("n")
              .setReinforce(Reinforcement.newBuilder().setThreshold(0.5))
              .addMemories(fact("b", "ones", 0.9f, 0.1f, 0, 0))
              .build());
      assertThat(namespace(store, "n").getMemoryCount()).isEqualTo(1);
      assertThat(tokenless(store)).isEmpty();
    }
  }

  /** What a branch, an import and a restored snapshot answer is what the original did. */
  private static void copyAndCompare(
      TestStore store,
      List<SearchMemoriesRequest> queries,
      List<List<List<Scored>>> answers,
      long snapshot) {
    long branched = 1 + (snapshot + 17) % REVISIONS;
    store.client.branchNamespace(
        BranchNamespaceRequest.newBuilder()
            .setNamespace("n")
            .setBranch("b")
            .setAsOfRevision(branched)
            .build());
    assertThat(answer(store, queries, it -> it.setNamespace("b").setMinRevision(branched)))
        .isEqualTo(answers.get((int) branched));
    List<ByteString> file = new ArrayList<>();
    store
        .client
        .exportMemories(ExportMemoriesRequest.newBuilder().setNamespace("b").build())
        .forEachRemaining(piece -> file.add(piece.getData()));
    store.createNamespace("i");
    Importing importing =
        Importing.of(
            store.channel(),
            ImportStart.newBuilder().setNamespace("i").build(),
            ByteString.copyFrom(file),
            10_000);
    importing.orThrow();
    long imported = namespace(store, "i").getRevision();
    assertThat(answer(store, queries, it -> it.setNamespace("i").setMinRevision(imported)))
        .isEqualTo(answers.get((int) branched));
    assertThat(namespace(store, "i").getTokenlessCount())
        .isEqualTo(namespace(store, "b").getTokenlessCount());
    long restored =
        store
            .client
            .restoreSnapshot(
                RestoreSnapshotRequest.newBuilder().setNamespace("n").setSnapshot("s").build())
            .getRevision();
    assertThat(answer(store, queries, it -> it.setMinRevision(restored)))
        .isEqualTo(answers.get((int) snapshot));
  }

  private static void comparePast(
      TestStore store, List<SearchMemoriesRequest> queries, List<List<List<Scored>>> answers) {
    for (int revision = 1; revision < answers.size(); revision++) {
      long then = revision;
      assertThat(answer(store, queries, it -> it.setAsOfRevision(then)))
          .as("as of revision %d", revision)
          .isEqualTo(answers.get(revision));
    }
  }

  private void change(TestStore store) {
    String id = "m" + random.nextInt(MEMORIES);
    switch (random.nextInt(6)) {
      case 0 ->
          store.client.deleteMemories(
              DeleteMemoriesRequest.newBuilder()
                  .setNamespace("n")
                  .addIds(id)
                  .setAllowMissing(true)
                  .build());
      case 1 -> {
        Memory any = list(store, false).stream().findAny().orElse(null);
        if (any != null) {
          update(store, fact(any.getId(), words()), random.nextBoolean() ? "key" : "pinned");
        }
      }
      default -> {
        List<Memory.Builder> memories = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
          memories.add(memory(id + "." + i));
        }
        write(store, memories.toArray(Memory.Builder[]::new));
      }
    }
  }

  private Memory.Builder memory(String id) {
    Memory.Builder memory =
        turn(id, "s", words(), gaussian(), gaussian(), gaussian(), gaussian() + 0.1f);
    if (random.nextInt(4) > 0) {
      memory.addTokenVectors(tokens("key"));
      if (random.nextBoolean()) {
        memory.addTokenVectors(tokens("context"));
      }
    }
    return memory;
  }

  private SearchMemoriesRequest query() {
    return SearchMemoriesRequest.newBuilder()
        .setNamespace("n")
        .setText(words())
        .addAllVector(List.of(gaussian(), gaussian(), gaussian(), 0.5f))
        .setTokenVectors(tokens("key"))
        .setLimit(20)
        .setNeighbors(1)
        .addWeights(weight(Lane.LANE_TOKENS))
        .addWeights(weight(Lane.LANE_TOKENS_CONTEXT))
        .build();
  }

  private String words() {
    return "word%d word%d word%d".formatted(random.nextInt(9), random.nextInt(9), random.nextInt());
  }

  /** Up to eight tokens of a vocabulary of twenty, in any direction. */
  private TokenVectors tokens(String name) {
    int count = 1 + random.nextInt(8);
    byte[] vectors = new byte[count * TestStore.DIMENSIONS];
    random.nextBytes(vectors);
    TokenVectors.Builder tokens = TokenVectors.newBuilder().setName(name);
    for (int i = 0; i < count; i++) {
      vectors[i * TestStore.DIMENSIONS] = 100;
      tokens.addIds(random.nextInt(20)).addScales(1 / 127f);
    }
    return tokens.setVectors(ByteString.copyFrom(vectors)).build();
  }

  private float gaussian() {
    return (float) random.nextGaussian();
  }

  private static LaneWeight weight(Lane lane) {
    return LaneWeight.newBuilder().setLane(lane).setWeight(1).build();
  }

  private static void write(TestStore store, Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request = WriteMemoriesRequest.newBuilder().setNamespace("n");
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    store.client.writeMemories(request.build());
  }

  private static void update(TestStore store, Memory.Builder memory, String... fields) {
    assertThat(
            store
                .client
                .updateMemory(
                    UpdateMemoryRequest.newBuilder()
                        .setNamespace("n")
                        .setMemory(memory)
                        .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(fields)))
                        .build())
                .getMemory()
                .getTokenVectorsCount())
        .isZero();
  }

  private static Namespace namespace(TestStore store, String name) {
    return store
        .client
        .getNamespace(GetNamespaceRequest.newBuilder().setNamespace(name).build())
        .getNamespace();
  }

  /** Ids of the memories without token vectors, of which there are as many as counted. */
  private static List<String> tokenless(TestStore store) {
    List<String> ids = list(store, true).stream().map(Memory::getId).toList();
    assertThat(namespace(store, "n").getTokenlessCount()).isEqualTo(ids.size());
    return ids;
  }

  private static List<Memory> list(TestStore store, boolean tokenless) {
    return store
        .client
        .listMemories(
            ListMemoriesRequest.newBuilder().setNamespace("n").setTokenless(tokenless).build())
        .getMemoriesList();
  }

  private static List<List<Scored>> answer(
      TestStore store, List<SearchMemoriesRequest> queries, Asking asking) {
    return queries.stream()
        .map(query -> store.client.searchMemories(asking.of(query.toBuilder()).build()))
        .map(found ->
            java.util.stream.Stream.concat(
                    found.getHitsList().stream(), found.getNeighborsList().stream())
                .map(hit -> new Scored(hit.getMemory().getId(), hit.getScore(), hit.getLanesList()))
                .toList())
        .toList();
  }

  private record Scored(String id, double score, List<LaneScore> lanes) {}

  @FunctionalInterface
  private interface Asking {
    SearchMemoriesRequest.Builder of(SearchMemoriesRequest.Builder query);
  }
}
