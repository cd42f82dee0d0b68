package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.*;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store as a process of its own, killed with SIGKILL while it restores, branches or merges:
 * each is there whole or not at all. All memories of a namespace have the same text here at each
 * revision, so that half of anything shows. {@code -Dmnestic.sigkill.rounds} sets how often.
 */
final class HistorySigkillIT {
  private static final int ROUNDS = Integer.getInteger("mnestic.sigkill.rounds", 3);

  /** What one write may hold; a branch copies it in two pieces and more. */
  private static final int MEMORIES = 1_000;

  private static final int LATEST = 5;

  @TempDir Path data;

  private final AtomicInteger next = new AtomicInteger();

  @Test
  void whatIsKilledIsThereWholeOrNotAtAll() throws Exception {
    long seed = System.nanoTime();
    System.out.println("HistorySigkillIT seed " + seed);
    Random random = new Random(seed);
    try (StoreProcess store = StoreProcess.start(data, List.of())) {
      create(store);
    }
    for (int round = 0; round < ROUNDS; round++) {
      try (StoreProcess store = StoreProcess.start(data, List.of())) {
        verify(store);
        Runnable call =
            switch (round % 3) {
              case 0 -> () -> branch(store, "b" + next.incrementAndGet());
              case 1 -> () -> restore(store, next.incrementAndGet() % 2 == 0 ? "s1" : "s2");
              default -> () -> changeAndMerge(store);
            };
        killDuring(store, call, random.nextInt(600));
      }
    }
    try (StoreProcess store = StoreProcess.start(data, List.of())) {
      verify(store);
      // And each goes on as if nothing had been.
      restore(store, "s1");
      assertThat(texts(store, "n", 0)).containsExactly("one");
      restore(store, "s2");
      assertThat(texts(store, "n", 0)).containsExactly("two");
      branch(store, "b-last");
      assertThat(texts(store, "b-last", 0)).containsExactly("two");
      changeAndMerge(store);
      assertThat(texts(store, "parent", 0)).isEqualTo(texts(store, "child", 0));
    }
  }

  private static void create(StoreProcess store) {
    for (String name : List.of("n", "parent")) {
      store.client.createNamespace(
          CreateNamespaceRequest.newBuilder()
              .setNamespace(
                  Namespace.newBuilder()
                      .setName(name)
                      .addVectorSpaces(VectorSpace.newBuilder().setModel("m").setDimensions(4)))
              .build());
      write(store, name, "one");
    }
    snapshot(store, "s1");
    write(store, "n", "two");
    snapshot(store, "s2");
    store.client.branchNamespace(
        BranchNamespaceRequest.newBuilder().setNamespace("parent").setBranch("child").build());
  }

  /** Calls again and again until the process is gone, which is certain to be during a call. */
  private static void killDuring(StoreProcess store, Runnable call, int millis)
      throws InterruptedException {
    AtomicInteger begun = new AtomicInteger();
    Thread caller =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (true) {
                  begun.incrementAndGet();
                  call.run();
                }
              } catch (StatusRuntimeException killed) {
                // Whether the last call did anything is what is looked at after the restart.
              }
            });
    while (begun.get() < 2 && store.isAlive()) {
      Thread.sleep(1);
    }
    Thread.sleep(millis);
    store.kill();
    caller.join();
    assertThat(begun.get()).isGreaterThanOrEqualTo(2);
  }

  private static void verify(StoreProcess store) {
    Set<String> names =
        store
            .client
            .listNamespaces(ListNamespacesRequest.getDefaultInstance())
            .getNamespacesList()
            .stream()
            .map(Namespace::getName)
            .collect(Collectors.toSet());
    for (String name : names) {
      Namespace namespace = describe(store, name);
      assertThat(namespace.getMemoryCount()).isEqualTo(MEMORIES);
      assertThat(namespace.getUnencodedCount()).isZero();
      for (long revision = namespace.getRevision();
          revision >= Math.max(namespace.getOldestRevision(), 1)
              && revision > namespace.getRevision() - LATEST;
          revision--) {
        assertThat(texts(store, name, revision)).hasSize(1);
      }
      assertThat(found(store, namespace)).isEqualTo(MEMORIES);
      if (name.startsWith("b")) {
        // As its parent was where it started; then it is not needed any more.
        assertThat(texts(store, name, 0)).isEqualTo(texts(store, "n", namespace.getBranchedAt()));
        store.client.deleteNamespace(
            DeleteNamespaceRequest.newBuilder().setNamespace(name).build());
      }
    }
    // Whether or not the last merge is there: merged again, both are alike.
    long before = describe(store, "parent").getRevision();
    boolean alike = texts(store, "parent", 0).equals(texts(store, "child", 0));
    MergeBranchResponse merged = merge(store);
    assertThat(merged.getMerged()).isTrue();
    assertThat(merged.getRevision()).isEqualTo(alike ? before : before + 1);
    assertThat(texts(store, "parent", 0)).isEqualTo(texts(store, "child", 0));
  }

  private static void branch(StoreProcess store, String name) {
    store.client.branchNamespace(
        BranchNamespaceRequest.newBuilder().setNamespace("n").setBranch(name).build());
  }

  private static void restore(StoreProcess store, String snapshot) {
    store.client.restoreSnapshot(
        RestoreSnapshotRequest.newBuilder().setNamespace("n").setSnapshot(snapshot).build());
  }

  private void changeAndMerge(StoreProcess store) {
    write(store, "child", "text " + next.incrementAndGet());
    merge(store);
  }

  private static MergeBranchResponse merge(StoreProcess store) {
    return store.client.mergeBranch(
        MergeBranchRequest.newBuilder().setNamespace("parent").setBranch("child").build());
  }

  private static void snapshot(StoreProcess store, String name) {
    store.client.createSnapshot(
        CreateSnapshotRequest.newBuilder().setNamespace("n").setSnapshot(name).build());
  }

  private static void write(StoreProcess store, String namespace, String text) {
    WriteMemoriesRequest.Builder request =
        WriteMemoriesRequest.newBuilder().setNamespace(namespace);
    for (int i = 0; i < MEMORIES; i++) {
      request.addMemories(fact("m" + i, "zebra", 1, 2, 3, i).setValue(text));
    }
    store.client.writeMemories(request.build());
  }

  private static Namespace describe(StoreProcess store, String name) {
    return store
        .client
        .getNamespace(GetNamespaceRequest.newBuilder().setNamespace(name).build())
        .getNamespace();
  }

  /** The different texts of a namespace, as of a revision or, for 0, now. */
  private static Set<String> texts(StoreProcess store, String namespace, long revision) {
    List<Memory> all = new ArrayList<>();
    ListMemoriesRequest.Builder request =
        ListMemoriesRequest.newBuilder().setNamespace(namespace).setPageSize(1_000);
    if (revision > 0) {
      request.setAsOfRevision(revision);
    }
    do {
      ListMemoriesResponse page = store.client.listMemories(request.build());
      all.addAll(page.getMemoriesList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    assertThat(all).hasSize(MEMORIES);
    return all.stream().map(Memory::getValue).collect(Collectors.toSet());
  }

  /** How many the index finds, once it has followed. */
  private static int found(StoreProcess store, Namespace namespace) {
    return store
        .client
        .searchMemories(
            SearchMemoriesRequest.newBuilder()
                .setNamespace(namespace.getName())
                .setText("zebra")
                .setRanking(Ranking.RANKING_LEXICAL)
                .setLimit(1_000)
                .setMinRevision(namespace.getRevision())
                .build())
        .getHitsCount();
  }
}
