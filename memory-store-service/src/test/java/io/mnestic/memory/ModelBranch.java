package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mnestic.memory.v1.*;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** The branch of a model: what it started with, or had when it was merged, and what it has now. */
final class ModelBranch {
  private final Map<String, String> base;
  private final Map<String, String> now;

  /** Ids written or deleted since, whatever came of it. */
  private final Set<String> touched = new HashSet<>();

  private long revision;

  /** A branch that begins with these contents by id. */
  ModelBranch(Map<String, String> contents, long revision) {
    this.base = new TreeMap<>(contents);
    this.now = new TreeMap<>(contents);
    this.revision = revision;
  }

  /** The store's branch, just begun, has these keys. */
  void compare(TestStore store, Map<String, String> keys) {
    assertThat(
            store
                .client
                .listMemories(ListMemoriesRequest.newBuilder().setNamespace("branch").build())
                .getMemoriesList())
        .extracting(Memory::getId, Memory::getKey)
        .containsExactlyElementsOf(
            keys.entrySet().stream()
                .map(entry -> tuple(entry.getKey(), entry.getValue()))
                .toList());
  }

  /** Writes or deletes a memory of the branch, in store and model. */
  void change(TestStore store, Random random, String id, float[] vector) {
    if (random.nextInt(3) == 0) {
      DeleteMemoriesResponse deleted =
          store.client.deleteMemories(
              DeleteMemoriesRequest.newBuilder()
                  .setNamespace("branch")
                  .addIds(id)
                  .setAllowMissing(true)
                  .build());
      revision += now.remove(id) == null ? 0 : 1;
      assertThat(deleted.getRevision()).isEqualTo(revision);
    } else {
      String key = "fact w" + random.nextInt(20);
      WriteMemoriesResponse written =
          store.client.writeMemories(
              WriteMemoriesRequest.newBuilder()
                  .setNamespace("branch")
                  .addMemories(fact(id, key, vector))
                  .build());
      now.put(id, key);
      assertThat(written.getRevision()).isEqualTo(++revision);
    }
    touched.add(id);
  }

  /** Ids that both sides changed, each in its own way. */
  Set<String> conflicts(Map<String, String> ours) {
    Set<String> conflicts = new HashSet<>();
    for (String id : touched) {
      if (changed(id) && !same(ours, now, id) && !same(ours, base, id)) {
        conflicts.add(id);
      }
    }
    return conflicts;
  }

  /** What a merge changes: the key of a fact, or nothing for a deleted memory. */
  Map<String, Optional<String>> takenInto(Map<String, String> ours, Set<String> left) {
    Map<String, Optional<String>> taken = new HashMap<>();
    for (String id : touched) {
      if (changed(id) && !same(ours, now, id) && !left.contains(id)) {
        taken.put(id, Optional.ofNullable(now.get(id)));
      }
    }
    return taken;
  }

  /** The next merge compares with what the branch has now. */
  void merged() {
    base.clear();
    base.putAll(now);
    touched.clear();
  }

  /** What was not there and is not there did not change, whatever was between. */
  private boolean changed(String id) {
    return base.containsKey(id) || now.containsKey(id);
  }

  private static boolean same(Map<String, String> one, Map<String, String> other, String id) {
    return Objects.equals(one.get(id), other.get(id));
  }
}
