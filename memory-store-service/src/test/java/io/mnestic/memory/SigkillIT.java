package io.mnestic.memory;

import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListMemoriesResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store as a process of its own, killed with SIGKILL while many write: what was acknowledged is
 * there, once, and is found. {@code -Dmnestic.sigkill.rounds} sets how often.
 */
final class SigkillIT {
  private static final int ROUNDS = Integer.getInteger("mnestic.sigkill.rounds", 5);
  private static final int WRITERS = 6;

  @TempDir Path data;

  @Test
  void nothingAcknowledgedIsLostOrDoubled() throws Exception {
    long seed = System.nanoTime();
    System.out.println("SigkillIT seed " + seed);
    Random random = new Random(seed);
    Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    for (int round = 0; round < ROUNDS; round++) {
      // Every other round commits while it writes, so that replay starts in the middle.
      String commitInterval = round % 2 == 0 ? "20ms" : "10s";
      try (StoreProcess store = StoreProcess.start(data, commitInterval)) {
        verify(store.client, acknowledged);
        write(store, acknowledged, next, random.nextInt(1_000));
      }
    }
    try (StoreProcess store = StoreProcess.start(data, "10s")) {
      verify(store.client, acknowledged);
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * WRITERS);
  }

  private static void write(
      StoreProcess store, Map<String, Long> acknowledged, AtomicInteger next, int millis)
      throws InterruptedException {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      for (int writer = 0; writer < WRITERS; writer++) {
        String session = "s" + writer;
        writers.execute(() -> writeUntilDead(store.client, session, acknowledged, next));
      }
      int before = acknowledged.size();
      while (acknowledged.size() < before + WRITERS && store.process.isAlive()) {
        Thread.sleep(10);
      }
      Thread.sleep(millis);
      store.kill();
    }
  }

  private static void writeUntilDead(
      MemoryStoreServiceBlockingStub client,
      String session,
      Map<String, Long> acknowledged,
      AtomicInteger next) {
    try {
      while (true) {
        String id = "m" + next.incrementAndGet();
        long sequence =
            client
                .writeMemories(
                    WriteMemoriesRequest.newBuilder()
                        .setNamespace("n")
                        .setRequestId(id)
                        .addMemories(turn(id, session, "zebra " + id, 1, 2, 3, 4))
                        .build())
                .getMemories(0)
                .getSequence();
        acknowledged.put(id, sequence);
      }
    } catch (StatusRuntimeException killed) {
      // The write under way may have been kept or not; nothing was promised of it.
    }
  }

  private static void verify(
      MemoryStoreServiceBlockingStub client, Map<String, Long> acknowledged) {
    Namespace namespace =
        client
            .createNamespace(
                CreateNamespaceRequest.newBuilder()
                    .setNamespace(
                        Namespace.newBuilder()
                            .setName("n")
                            .addVectorSpaces(
                                VectorSpace.newBuilder().setModel("m").setDimensions(4)))
                    .build())
            .getNamespace();
    List<Memory> stored = list(client);
    Set<String> ids = new HashSet<>();
    Set<String> places = new HashSet<>();
    for (Memory memory : stored) {
      assertThat(ids.add(memory.getId())).isTrue();
      assertThat(places.add(memory.getTurn().getSession() + "/" + memory.getTurn().getSequence()))
          .isTrue();
      Long sequence = acknowledged.get(memory.getId());
      if (sequence != null) {
        assertThat(memory.getTurn().getSequence()).isEqualTo(sequence);
      }
    }
    assertThat(ids).containsAll(acknowledged.keySet());
    namespace =
        client
            .getNamespace(
                GetNamespaceRequest.newBuilder().setNamespace(namespace.getName()).build())
            .getNamespace();
    assertThat(namespace.getMemoryCount()).isEqualTo(stored.size());
    for (String id : ids.stream().limit(20).toList()) {
      List<SearchHit> hits =
          client
              .searchMemories(
                  SearchMemoriesRequest.newBuilder()
                      .setNamespace("n")
                      .setText(id)
                      .setRanking(Ranking.RANKING_LEXICAL)
                      .setMinRevision(namespace.getRevision())
                      .setLimit(2)
                      .build())
              .getHitsList();
      assertThat(hits).extracting(hit -> hit.getMemory().getId()).containsExactly(id);
    }
  }

  private static List<Memory> list(MemoryStoreServiceBlockingStub client) {
    List<Memory> all = new ArrayList<>();
    ListMemoriesRequest.Builder request =
        ListMemoriesRequest.newBuilder().setNamespace("n").setPageSize(1_000);
    do {
      ListMemoriesResponse page = client.listMemories(request.build());
      all.addAll(page.getMemoriesList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return all;
  }
}
