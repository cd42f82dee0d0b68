package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.*;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store as a process of its own, killed with SIGKILL while it sweeps and many write: whatever
 * was acknowledged is there or was forgotten by a revision that says so, and counts are exact.
 * {@code -Dmnestic.sigkill.rounds} sets how often.
 */
final class ForgettingSigkillIT {
  private static final int ROUNDS = Integer.getInteger("mnestic.sigkill.rounds", 5);
  private static final int WRITERS = 4;
  private static final int CAPACITY = 50;
  private static final int EACH = 10;
  private static final String USED = "a used one";

  @TempDir Path data;

  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicInteger next = new AtomicInteger();

  @Test
  void aSweepThatIsKilledLosesAndDoublesNothing() throws Exception {
    long seed = System.nanoTime();
    System.out.println("ForgettingSigkillIT seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      try (StoreProcess store = start()) {
        if (round == 0) {
          create(store);
        }
        verify(store);
        writeAndKill(store, random.nextInt(500));
      }
    }
    try (StoreProcess store = start()) {
      Awaiting.until(() -> describe(store), it -> it.getMemoryCount() <= CAPACITY);
      verify(store);
      // All writes done, what is left is what is newest, and the one that was used.
      List<Memory> left = list(store);
      assertThat(left).hasSize(CAPACITY).extracting(Memory::getId).contains(USED);
      long oldest =
          left.stream()
              .filter(it -> !it.getId().equals(USED))
              .mapToLong(Memory::getRevision)
              .min()
              .orElseThrow();
      assertThat(Replay.of(store, describe(store).getRevision()).forgotten.values())
          .allMatch(revision -> revision <= oldest);
    }
    assertThat(acknowledged).hasSizeGreaterThan(ROUNDS * CAPACITY);
  }

  private StoreProcess start() throws Exception {
    return StoreProcess.start(
        data,
        List.of(
            "-mnestic.store.forgetting.interval=5ms",
            "-mnestic.store.forgetting.batch-size=7",
            "-mnestic.store.forgetting.rest=0",
            "-mnestic.store.usage.flush-interval=20ms"));
  }

  private static void create(StoreProcess store) {
    store.client.createNamespace(
        CreateNamespaceRequest.newBuilder()
            .setNamespace(
                Namespace.newBuilder()
                    .setName("n")
                    .addVectorSpaces(VectorSpace.newBuilder().setModel("m").setDimensions(4))
                    .setForgetting(
                        ForgettingPolicy.newBuilder()
                            .setDecay(0.99)
                            .setDecayPeriod(Duration.newBuilder().setSeconds(1))
                            .setMaxMemories(CAPACITY)))
            .build());
    store.client.writeMemories(
        WriteMemoriesRequest.newBuilder()
            .setNamespace("n")
            .addMemories(fact(USED, "used", 1, 0, 0, 0).setImportance(10))
            .build());
  }

  private void writeAndKill(StoreProcess store, int millis) throws InterruptedException {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      for (int i = 0; i < WRITERS; i++) {
        writers.execute(() -> writeUntilDead(store));
      }
      int before = acknowledged.size();
      while (acknowledged.size() < before + 3 * CAPACITY && store.isAlive()) {
        Thread.sleep(5);
      }
      Thread.sleep(millis);
      store.kill();
    }
  }

  private void writeUntilDead(StoreProcess store) {
    try {
      while (true) {
        WriteMemoriesRequest.Builder request = WriteMemoriesRequest.newBuilder().setNamespace("n");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
          String id = "m%08d".formatted(next.incrementAndGet());
          ids.add(id);
          request.addMemories(fact(id, "zebra " + id, 1, 2, 3, 4));
        }
        store.client.writeMemories(request.build());
        acknowledged.addAll(ids);
        store.client.getMemory(GetMemoryRequest.newBuilder().setNamespace("n").setId(USED).build());
      }
    } catch (StatusRuntimeException killed) {
      // What was under way may have been kept or not; nothing was promised of it.
    }
  }

  private void verify(StoreProcess store) {
    // A sweep may run meanwhile: everything is read as of one revision.
    Namespace namespace = describe(store);
    List<Memory> stored = list(store, namespace.getRevision());
    assertThat(stored).hasSize((int) namespace.getMemoryCount());
    assertThat(stored.stream().mapToLong(Memory::getSerializedSize).sum())
        .isEqualTo(namespace.getMemoryBytes());
    Replay replay = Replay.of(store, namespace.getRevision());
    assertThat(stored).extracting(Memory::getId).containsExactlyElementsOf(replay.there.keySet());
    assertThat(namespace.getForgettingStatus().getEvicted()).isEqualTo(replay.forgotten.size());
    Set<String> known = new HashSet<>(replay.there.keySet());
    known.addAll(replay.forgotten.keySet());
    assertThat(known).containsAll(acknowledged);
  }

  private static Namespace describe(StoreProcess store) {
    return store
        .client
        .getNamespace(GetNamespaceRequest.newBuilder().setNamespace("n").build())
        .getNamespace();
  }

  private static List<Memory> list(StoreProcess store) {
    return list(store, describe(store).getRevision());
  }

  private static List<Memory> list(StoreProcess store, long revision) {
    List<Memory> all = new ArrayList<>();
    ListMemoriesRequest.Builder request =
        ListMemoriesRequest.newBuilder()
            .setNamespace("n")
            .setAsOfRevision(revision)
            .setPageSize(1_000);
    do {
      ListMemoriesResponse page = store.client.listMemories(request.build());
      all.addAll(page.getMemoriesList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return all;
  }

  /**
   * What the feed tells, up to a revision.
   *
   * @param there by id, the revision that wrote it
   * @param forgotten by id, the revision that wrote it
   */
  private record Replay(Map<String, Long> there, Map<String, Long> forgotten) {
    static Replay of(StoreProcess store, long newest) {
      Replay replay = new Replay(new TreeMap<>(), new TreeMap<>());
      try (Watching watching =
          Watching.start(
              store.channel, WatchMemoriesRequest.newBuilder().setNamespace("n").build())) {
        for (long revision = 1; revision <= newest; revision++) {
          RevisionChange change = watching.change();
          // Each once and in order.
          assertThat(change.getRevision()).isEqualTo(revision);
          for (String id : change.getDeletedMemoriesList()) {
            assertThat(change.getForgottenBecause())
                .isEqualTo(ForgettingReason.FORGETTING_REASON_OVER_CAPACITY);
            replay.forgotten.put(id, Objects.requireNonNull(replay.there.remove(id)));
          }
          change.getMemoriesList().forEach(it -> replay.there.put(it.getId(), it.getRevision()));
        }
      }
      return replay;
    }
  }
}
