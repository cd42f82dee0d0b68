package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.FieldMask;
import io.grpc.Status;
import io.mnestic.memory.v1.*;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random operations with restarts, snapshots, branches and merges, against a model of a few maps.
 * {@code -Dtest.model.seed} runs a seed again, {@code -Dtest.model.operations} runs longer.
 */
final class StoreModelIT {
  private static final long SEED = Long.getLong("test.model.seed", System.nanoTime());
  private static final int OPERATIONS = Integer.getInteger("test.model.operations", 2_000);
  private static final int RESTART_EVERY = 500;
  private static final int IDS = 40;

  @TempDir Path data;

  private final Map<String, String> keys = new TreeMap<>();
  private final Set<String> encoded = new HashSet<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, String> sessions = new HashMap<>();
  private final Map<String, Integer> lastPlaces = new HashMap<>();

  /** What an author wrote of each memory: equal if and only if a merge takes them for the same. */
  private final Map<String, String> contents = new TreeMap<>();

  private final Map<String, Long> snapshots = new TreeMap<>();
  private @Nullable ModelBranch branch;
  private long revision;

  /** What each revision held. */
  private final List<Content> past =
      new ArrayList<>(List.of(new Content(Map.of(), Map.of(), Map.of())));

  @Test
  void theStoreDoesWhatTheModelDoes() {
    System.out.println("StoreModelIT seed " + SEED);
    Random random = new Random(SEED);
    TestStore store = TestStore.start(data);
    try {
      store.createNamespace("n");
      for (int i = 1; i <= OPERATIONS; i++) {
        operate(store, random);
        if (i % RESTART_EVERY == 0) {
          store.close();
          store = TestStore.start(data);
          compareAll(store);
        }
      }
    } finally {
      store.close();
    }
  }

  private void operate(TestStore store, Random random) {
    String id = "m" + random.nextInt(IDS);
    long before = revision;
    change(store, random, id);
    if (revision > before) {
      past.add(new Content(new TreeMap<>(keys), placesOfTurns(), new TreeMap<>(contents)));
    }
  }

  private void change(TestStore store, Random random, String id) {
    switch (random.nextInt(14)) {
      case 0, 1 -> {
        String key = "fact w" + random.nextInt(20);
        write(store, fact(id, key, vector(random)));
        put(id, key);
      }
      case 2, 3 -> {
        String key = "turn w" + random.nextInt(20);
        String session = "s" + random.nextInt(3);
        long sequence = write(store, turn(id, session, key));
        if (!session.equals(sessions.get(id))) {
          places.put(id, lastPlaces.merge(session, 1, Integer::sum));
        }
        keys.put(id, key);
        contents.put(id, "turn of " + session + " said at " + revision + ": " + key);
        encoded.remove(id);
        sessions.put(id, session);
        assertThat(sequence).isEqualTo((long) places.getOrDefault(id, 0));
      }
      case 4 -> {
        DeleteMemoriesResponse answer =
            store.client.deleteMemories(
                DeleteMemoriesRequest.newBuilder()
                    .setNamespace("n")
                    .addIds(id)
                    .setAllowMissing(true)
                    .build());
        boolean there = remove(id);
        revision += there ? 1 : 0;
        assertThat(answer.getDeleted()).isEqualTo(there ? 1 : 0);
        assertThat(answer.getRevision()).isEqualTo(revision);
      }
      case 5 -> update(store, id, "updated w" + random.nextInt(20));
      case 6 -> compareAll(store);
      case 7 -> comparePast(store, random.nextInt(past.size()), "w" + random.nextInt(20));
      case 8 -> snapshot(store, "s" + random.nextInt(3));
      case 9 -> restore(store, "s" + random.nextInt(3));
      case 10 -> branchOff(store, random);
      case 11 -> merge(store, random);
      default -> search(store, "w" + random.nextInt(20));
    }
  }

  private long write(TestStore store, Memory.Builder memory) {
    WriteMemoriesResponse answer =
        store.client.writeMemories(
            WriteMemoriesRequest.newBuilder().setNamespace("n").addMemories(memory).build());
    revision++;
    assertThat(answer.getRevision()).isEqualTo(revision);
    assertThat(answer.getMemories(0).getCreated()).isEqualTo(!keys.containsKey(memory.getId()));
    return answer.getMemories(0).getSequence();
  }

  private void update(TestStore store, String id, String key) {
    UpdateMemoryRequest request =
        UpdateMemoryRequest.newBuilder()
            .setNamespace("n")
            .setMemory(Memory.newBuilder().setId(id).setKey(key))
            .setUpdateMask(FieldMask.newBuilder().addPaths("key"))
            .build();
    if (!keys.containsKey(id)) {
      BadInputIT.refused(
          () -> store.client.updateMemory(request),
          Status.Code.NOT_FOUND,
          "MEMORY_NOT_FOUND",
          "memory.id");
      return;
    }
    Memory updated = store.client.updateMemory(request).getMemory();
    revision++;
    contents.put(id, contents.getOrDefault(id, "").replace(keys.getOrDefault(id, ""), key));
    keys.put(id, key);
    encoded.remove(id);
    assertThat(updated.getRevision()).isEqualTo(revision);
    assertThat(updated.getTurn().getSequence()).isEqualTo((long) places.getOrDefault(id, 0));
  }

  /** A fact. */
  private void put(String id, String key) {
    remove(id);
    keys.put(id, key);
    contents.put(id, key);
    encoded.add(id);
  }

  private boolean remove(String id) {
    encoded.remove(id);
    sessions.remove(id);
    places.remove(id);
    contents.remove(id);
    return keys.remove(id) != null;
  }

  /** Keeps the newest revision under a name, in place of what it kept before. */
  private void snapshot(TestStore store, String name) {
    if (snapshots.remove(name) != null) {
      store.client.deleteSnapshot(
          DeleteSnapshotRequest.newBuilder().setNamespace("n").setSnapshot(name).build());
    }
    Snapshot kept =
        store
            .client
            .createSnapshot(
                CreateSnapshotRequest.newBuilder().setNamespace("n").setSnapshot(name).build())
            .getSnapshot();
    assertThat(kept.getRevision()).isEqualTo(revision);
    snapshots.put(name, revision);
  }

  private void restore(TestStore store, String name) {
    RestoreSnapshotRequest request =
        RestoreSnapshotRequest.newBuilder().setNamespace("n").setSnapshot(name).build();
    Long kept = snapshots.get(name);
    if (kept == null) {
      BadInputIT.refused(
          () -> store.client.restoreSnapshot(request),
          Status.Code.NOT_FOUND,
          "SNAPSHOT_NOT_FOUND",
          "snapshot");
      return;
    }
    Content then = past.get(Math.toIntExact(kept));
    RestoreSnapshotResponse restored = store.client.restoreSnapshot(request);
    boolean changed = restored.getWritten() + restored.getDeleted() > 0;
    // What was deleted and written anew differs in its create time alone.
    assertThat(changed || then.contents().equals(contents)).isTrue();
    assertThat(changed && kept == revision).isFalse();
    revision += changed ? 1 : 0;
    assertThat(restored.getRevision()).isEqualTo(revision);
    take(then);
    compareAll(store);
  }

  private void take(Content then) {
    keys.clear();
    keys.putAll(then.keys());
    contents.clear();
    contents.putAll(then.contents());
    encoded.clear();
    sessions.clear();
    places.clear();
    keys.forEach((id, key) -> {
      if (key.startsWith("fact ")) {
        encoded.add(id);
      }
    });
    then.turns()
        .forEach((session, turns) ->
            turns.forEach((place, id) -> {
              sessions.put(id, session);
              places.put(id, place);
            }));
  }

  /** Starts a branch from any revision, in place of the one before. */
  private void branchOff(TestStore store, Random random) {
    if (branch != null) {
      store.client.deleteNamespace(
          DeleteNamespaceRequest.newBuilder().setNamespace("branch").build());
    }
    int from = random.nextBoolean() ? (int) revision : random.nextInt(past.size());
    BranchNamespaceResponse made =
        store.client.branchNamespace(
            BranchNamespaceRequest.newBuilder()
                .setNamespace("n")
                .setBranch("branch")
                .setAsOfRevision(from)
                .build());
    assertThat(made.getRevision()).isEqualTo(from);
    branch = new ModelBranch(past.get(from).contents(), from);
    branch.compare(store, past.get(from).keys());
  }

  /** Changes the branch and merges it, resolving what conflicts by chance. */
  private void merge(TestStore store, Random random) {
    ModelBranch merging = branch;
    if (merging == null) {
      return;
    }
    for (int i = random.nextInt(4); i >= 0; i--) {
      merging.change(store, random, "m" + random.nextInt(IDS), vector(random));
    }
    MergeBranchRequest.Builder request =
        MergeBranchRequest.newBuilder().setNamespace("n").setBranch("branch");
    Set<String> conflicts = merging.conflicts(contents);
    MergeBranchResponse answer = store.client.mergeBranch(request.build());
    assertThat(answer.getConflictsList())
        .extracting(Conflict::getId)
        .containsExactlyInAnyOrderElementsOf(conflicts);
    Set<String> ours = new HashSet<>();
    if (!conflicts.isEmpty()) {
      assertThat(answer.getMerged()).isFalse();
      assertThat(answer.getRevision()).isEqualTo(revision);
      for (String id : conflicts) {
        Side side = random.nextBoolean() ? Side.SIDE_BRANCH : Side.SIDE_NAMESPACE;
        request.addResolutions(Resolution.newBuilder().setId(id).setTake(side));
        if (side == Side.SIDE_NAMESPACE) {
          ours.add(id);
        }
      }
      answer = store.client.mergeBranch(request.build());
    }
    assertThat(answer.getMerged()).isTrue();
    Map<String, Optional<String>> taken = merging.takenInto(contents, ours);
    taken.forEach((id, key) -> key.ifPresentOrElse(it -> put(id, it), () -> remove(id)));
    revision += taken.isEmpty() ? 0 : 1;
    assertThat(answer.getRevision()).isEqualTo(revision);
    assertThat(answer.getWritten() + answer.getDeleted()).isEqualTo(taken.size());
    merging.merged();
    compareAll(store);
  }

  private void comparePast(TestStore store, int asOf, String word) {
    Content then = past.get(asOf);
    assertThat(
            store
                .client
                .listMemories(
                    ListMemoriesRequest.newBuilder()
                        .setNamespace("n")
                        .setAsOfRevision(asOf)
                        .build())
                .getMemoriesList())
        .extracting(Memory::getId, Memory::getKey)
        .containsExactlyElementsOf(
            then.keys().entrySet().stream()
                .map(entry -> tuple(entry.getKey(), entry.getValue()))
                .toList());
    assertThat(
            store
                .client
                .listTurns(
                    ListTurnsRequest.newBuilder()
                        .setNamespace("n")
                        .setSession("s0")
                        .setOldestFirst(true)
                        .setAsOfRevision(asOf)
                        .build())
                .getTurnsList())
        .extracting(Memory::getId)
        .containsExactlyElementsOf(then.turnsOf("s0"));
    SearchMemoriesResponse found =
        store.client.searchMemories(
            SearchMemoriesRequest.newBuilder()
                .setNamespace("n")
                .setText(word)
                .setRanking(Ranking.RANKING_LEXICAL)
                .setLimit(IDS)
                .setAsOfRevision(asOf)
                .build());
    assertThat(found.getRevision()).isEqualTo(asOf);
    assertThat(found.getHitsList())
        .extracting(hit -> hit.getMemory().getId(), hit -> hit.getMemory().getKey())
        .containsExactlyInAnyOrderElementsOf(
            then.keys().entrySet().stream()
                .filter(entry -> entry.getValue().endsWith(" " + word))
                .map(entry -> tuple(entry.getKey(), entry.getValue()))
                .toList());
  }

  private Map<String, Map<Integer, String>> placesOfTurns() {
    Map<String, Map<Integer, String>> turns = new HashMap<>();
    sessions.forEach((id, session) ->
        turns.computeIfAbsent(session, it -> new TreeMap<>()).put(places.getOrDefault(id, 0), id));
    return turns;
  }

  private void search(TestStore store, String word) {
    SearchMemoriesResponse found =
        store.client.searchMemories(
            SearchMemoriesRequest.newBuilder()
                .setNamespace("n")
                .setText(word)
                .setRanking(Ranking.RANKING_LEXICAL)
                .setLimit(IDS)
                .setMinRevision(revision)
                .build());
    List<String> expected =
        keys.entrySet().stream()
            .filter(entry -> entry.getValue().endsWith(" " + word))
            .map(Map.Entry::getKey)
            .toList();
    assertThat(found.getHitsList())
        .extracting(hit -> hit.getMemory().getId())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private void compareAll(TestStore store) {
    List<Memory> stored =
        store
            .client
            .listMemories(ListMemoriesRequest.newBuilder().setNamespace("n").build())
            .getMemoriesList();
    Map<String, String> found = new TreeMap<>();
    stored.forEach(memory -> found.put(memory.getId(), memory.getKey()));
    assertThat(found).isEqualTo(keys);
    for (String session : lastPlaces.keySet()) {
      List<String> expected = new ArrayList<>(keys.keySet());
      expected.removeIf(id -> !session.equals(sessions.get(id)));
      expected.sort(Comparator.comparing(id -> places.getOrDefault(id, 0)));
      assertThat(
              store
                  .client
                  .listTurns(
                      ListTurnsRequest.newBuilder()
                          .setNamespace("n")
                          .setSession(session)
                          .setOldestFirst(true)
                          .build())
                  .getTurnsList())
          .extracting(Memory::getId)
          .containsExactlyElementsOf(expected);
    }
    Namespace namespace =
        store
            .client
            .getNamespace(GetNamespaceRequest.newBuilder().setNamespace("n").build())
            .getNamespace();
    assertThat(namespace.getRevision()).isEqualTo(revision);
    assertThat(namespace.getMemoryCount()).isEqualTo(keys.size());
    assertThat(namespace.getUnencodedCount())
        .isEqualTo(keys.keySet().stream().filter(id -> !encoded.contains(id)).count());
  }

  /**
   * What a revision held.
   *
   * @param keys by id
   * @param turns by session and place
   * @param contents what a merge compares, by id
   */
  private record Content(
      Map<String, String> keys,
      Map<String, Map<Integer, String>> turns,
      Map<String, String> contents) {
    List<String> turnsOf(String session) {
      return List.copyOf(turns.getOrDefault(session, Map.of()).values());
    }
  }

  private static float[] vector(Random random) {
    float[] vector = new float[TestStore.DIMENSIONS];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
