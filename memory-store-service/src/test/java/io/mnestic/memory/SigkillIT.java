package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListMemoriesResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
 * there, once, is found, and is read as of its revision. {@code -Dmnestic.sigkill.rounds} sets how
 * often.
 */
final class SigkillIT {
  private static final int ROUNDS = Integer.getInteger("mnestic.sigkill.rounds", 5);
  private static final int WRITERS = 6;
  private static final String LATEST = "latest";

  @TempDir Path data;

  @Test
  void nothingAcknowledgedIsLostOrDoubled() throws Exception {
    long seed = System.nanoTime();
    System.out.println("SigkillIT seed " + seed);
    Random random = new Random(seed);
    Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    Map<Long, String> superseding = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    for (int round = 0; round < ROUNDS; round++) {
      // Every other round commits while it writes, so that replay starts in the middle.
      String commitInterval = round % 2 == 0 ? "20ms" : "10s";
      try (StoreProcess store = StoreProcess.start(data, settings(commitInterval))) {
        verify(store.client, acknowledged);
        verifyPast(store.client, superseding);
        write(store, acknowledged, superseding, next, random.nextInt(1_000));
      }
    }
    try (StoreProcess store = StoreProcess.start(data, settings("10s"))) {
      verify(store.client, acknowledged);
      verifyPast(store.client, superseding);
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * WRITERS);
  }

  private static List<String> settings(String commitInterval) {
    return List.of("-mnestic.store.indexing.commit-interval=" + commitInterval);
  }

  private static void write(
      StoreProcess store,
      Map<String, Long> acknowledged,
      Map<Long, String> superseding,
      AtomicInteger next,
      int millis)
      throws InterruptedException {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      for (int writer = 0; writer < WRITERS; writer++) {
        String session = "s" + writer;
        writers.execute(
            () -> writeUntilDead(store.client, session, acknowledged, superseding, next));
      }
      int before = acknowledged.size();
      while (acknowledged.size() < before + WRITERS && store.isAlive()) {
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
      Map<Long, String> superseding,
      AtomicInteger next) {
    try {
      while (true) {
        String id = "m" + next.incrementAndGet();
        WriteMemoriesResponse written =
            client.writeMemories(
                WriteMemoriesRequest.newBuilder()
                    .setNamespace("n")
                    .setRequestId(id)
                    .addMemories(turn(id, session, "zebra " + id, 1, 2, 3, 4))
                    .addMemories(fact(LATEST, "latest").setValue(id))
                    .build());
        acknowledged.put(id, written.getMemories(0).getSequence());
        superseding.put(written.getRevision(), id);
      }
    } catch (StatusRuntimeException killed) {
      // The write under way may have been kept or not; nothing was promised of it.
    }
  }

  /** Each write superseded the memory that all share; each version is there as of its revision. */
  private static void verifyPast(
      MemoryStoreServiceBlockingStub client, Map<Long, String> superseding) {
    List<Long> revisions = new ArrayList<>(superseding.keySet());
    Collections.shuffle(revisions);
    for (long revision : revisions.stream().limit(50).toList()) {
      assertThat(
              client
                  .getMemory(
                      GetMemoryRequest.newBuilder()
                          .setNamespace("n")
                          .setId(LATEST)
                          .setAsOfRevision(revision)
                          .build())
                  .getMemory()
                  .getValue())
          .isEqualTo(superseding.get(revision));
    }
    for (long revision : revisions.stream().limit(5).toList()) {
      SearchMemoriesResponse found =
          client.searchMemories(
              SearchMemoriesRequest.newBuilder()
                  .setNamespace("n")
                  .setText("latest")
                  .setRanking(Ranking.RANKING_LEXICAL)
                  .setAsOfRevision(revision)
                  .build());
      assertThat(found.getHitsList())
          .extracting(hit -> hit.getMemory().getValue())
          .containsExactly(superseding.get(revision));
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
      if (memory.getId().equals(LATEST)) {
        continue;
      }
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
    for (String id : ids.stream().filter(it -> !it.equals(LATEST)).limit(20).toList()) {
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
