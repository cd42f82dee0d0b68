package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.vector;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.mnestic.memory.log.LogSettings;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.RocksMemoryLog;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.MemoryVectors;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.PutVectorsRequest;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.RecordChange;
import io.mnestic.memory.v1.RevisionChange;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.memory.v1.WatchMemoriesRequest;
import io.mnestic.memory.v1.WatchMemoriesResponse;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.store.v1.LogEntry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Watchers that are cut off at random and go on, while others write and the store is killed again
 * and again: what each received, put together, is the log, neither less nor more.
 */
final class WatchResumeIT {
  private static final int ROUNDS = Integer.getInteger("mnestic.watch.rounds", 3);
  private static final int WRITERS = 3;
  private static final int WATCHERS = 3;

  private static final List<String> SETTINGS =
      List.of("-mnestic.store.indexing.commit-interval=100ms");

  @TempDir Path data;

  private final AtomicReference<StoreProcess> store = new AtomicReference<>();

  @Test
  void whatWatchersReceivedIsTheLog() throws Exception {
    long seed = Long.getLong("mnestic.watch.seed", System.nanoTime());
    System.out.println("WatchResumeIT seed " + seed);
    Random random = new Random(seed);
    store.set(StoreProcess.start(data, SETTINGS));
    create();
    List<Future<List<String>>> received = new ArrayList<>();
    AtomicReference<Long> last = new AtomicReference<>(Long.MAX_VALUE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WATCHERS; i++) {
        Random own = new Random(random.nextLong());
        received.add(threads.submit(() -> watchUpTo(last, own)));
      }
      for (int round = 0; round < ROUNDS; round++) {
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
          Random own = new Random(random.nextLong());
          StoreProcess current = store.get();
          writers.add(threads.submit(() -> writeUntilDead(current.client, own)));
        }
        Thread.sleep(500 + random.nextInt(1_500));
        store.get().close();
        for (Future<?> writer : writers) {
          writer.get();
        }
        store.set(StoreProcess.start(data, SETTINGS));
      }
      last.set(
          store
              .get()
              .client
              .getNamespace(GetNamespaceRequest.newBuilder().setNamespace("n").build())
              .getNamespace()
              .getRevision());
      for (Future<List<String>> one : received) {
        one.get();
      }
    } finally {
      store.get().close();
    }
    List<String> logged = logged();
    assertThat(logged).hasSizeGreaterThan(ROUNDS * WRITERS);
    for (Future<List<String>> one : received) {
      assertThat(one.get()).isEqualTo(logged);
    }
  }

  private void create() {
    var _ =
        store
            .get()
            .client
            .createNamespace(
                CreateNamespaceRequest.newBuilder()
                    .setNamespace(
                        Namespace.newBuilder()
                            .setName("n")
                            .addVectorSpaces(
                                VectorSpace.newBuilder().setModel("m").setDimensions(4)))
                    .build());
  }

  /** One line a revision, in the order received. */
  private List<String> watchUpTo(AtomicReference<Long> last, Random random)
      throws InterruptedException {
    List<String> lines = new ArrayList<>();
    long whole = 0;
    while (true) {
      WatchMemoriesRequest request =
          WatchMemoriesRequest.newBuilder().setNamespace("n").setAfterRevision(whole).build();
      RevisionChange.Builder parts = RevisionChange.newBuilder();
      int events = random.nextInt(60);
      try (Watching watching = Watching.start(store.get().channel, request)) {
        for (int i = 0; i < events || last.get() != Long.MAX_VALUE; i++) {
          WatchMemoriesResponse next = watching.next();
          if (next.hasUpToDate() && next.getUpToDate().getRevision() == last.get()) {
            return lines;
          }
          if (next.hasChange()) {
            parts.mergeFrom(next.getChange());
            if (!next.getChange().getMore()) {
              lines.add(line(parts));
              whole = parts.getRevision();
              parts.clear();
            }
          }
          if (random.nextInt(20) == 0) {
            // So that the server has to wait for this caller.
            Thread.sleep(random.nextInt(30));
          }
        }
      } catch (StatusRuntimeException killed) {
        Thread.sleep(20);
      }
    }
  }

  private static void writeUntilDead(MemoryStoreServiceBlockingStub client, Random random) {
    try {
      while (true) {
        change(client, random);
      }
    } catch (StatusRuntimeException killed) {
      // What was under way may have been kept or not.
    }
  }

  private static void change(MemoryStoreServiceBlockingStub client, Random random) {
    String id = "m" + random.nextInt(50);
    switch (random.nextInt(12)) {
      case 0, 1 -> {
        var _ =
            client.deleteMemories(
                DeleteMemoriesRequest.newBuilder()
                    .setNamespace("n")
                    .addIds(id)
                    .setAllowMissing(true)
                    .build());
      }
      case 2, 3 -> {
        var _ =
            client.putRecord(
                PutRecordRequest.newBuilder()
                    .setNamespace("n")
                    .setRecord(
                        Record.newBuilder()
                            .setCollection("c")
                            .setId(id)
                            .setData(ByteString.copyFromUtf8(id)))
                    .build());
      }
      case 4 -> write(client, id, 1 << 20, 4);
      default -> {
        long revision = write(client, id, 1 + random.nextInt(3_000), 1 + random.nextInt(3));
        if (random.nextBoolean()) {
          var _ =
              client.putVectors(
                  PutVectorsRequest.newBuilder()
                      .setNamespace("n")
                      .addMemories(
                          MemoryVectors.newBuilder()
                              .setId(id + "/0")
                              .setRevision(revision)
                              .addVectors(vector("key", 1, random.nextFloat(), 0, 0)))
                      .build());
        }
      }
    }
  }

  private static long write(
      MemoryStoreServiceBlockingStub client, String id, int length, int count) {
    WriteMemoriesRequest.Builder request = WriteMemoriesRequest.newBuilder().setNamespace("n");
    for (int i = 0; i < count; i++) {
      request.addMemories(fact(i == 0 ? id : id + "/" + i, "k").setValue("v".repeat(length)));
    }
    return client.writeMemories(request.build()).getRevision();
  }

  private List<String> logged() {
    List<String> lines = new ArrayList<>();
    try (MemoryLog log =
        RocksMemoryLog.open(
            data.resolve("log"),
            new LogSettings(16, 1 << 20, 16, 1 << 20, Duration.ofHours(1), 1 << 20),
            Clock.systemUTC())) {
      long uid;
      try (LogView view = log.view()) {
        uid = view.namespace("n").getUid();
      }
      List<LogEntry> entries = log.entriesAfter(uid, 0, 100, 1 << 20);
      while (!entries.isEmpty()) {
        for (LogEntry entry : entries) {
          if (!entry.getDerived()) {
            lines.add(line(asChange(entry)));
          }
        }
        entries = log.entriesAfter(uid, entries.getLast().getPosition(), 100, 1 << 20);
      }
      return lines;
    }
  }

  private static RevisionChange.Builder asChange(LogEntry entry) {
    RevisionChange.Builder change =
        RevisionChange.newBuilder()
            .setRevision(entry.getRevision())
            .addAllMemories(entry.getMemoriesList())
            .addAllDeletedMemories(entry.getDeletedMemoriesList());
    entry
        .getRecordsList()
        .forEach(record -> change.addRecords(RecordChange.newBuilder().setId(record.getId())));
    return change;
  }

  private static String line(RevisionChange.Builder change) {
    return change.getRevision()
        + " "
        + change.getMemoriesList().stream()
            .map(memory -> memory.getId() + ":" + memory.getValue().length())
            .toList()
        + change.getDeletedMemoriesList()
        + change.getRecordsList().stream().map(RecordChange::getId).toList();
  }
}
