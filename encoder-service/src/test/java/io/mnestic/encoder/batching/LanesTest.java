package io.mnestic.encoder.batching;

import static io.mnestic.encoder.batching.HeldModel.awaitWaiting;
import static io.mnestic.encoder.batching.HeldModel.inputs;
import static io.mnestic.encoder.batching.HeldModel.lengths;
import static io.mnestic.encoder.batching.HeldModel.settings;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Who goes before whom. */
class LanesTest {
  private final HeldModel model = new HeldModel();

  @AfterEach
  void stop() {
    model.close();
  }

  @Test
  void aQueryWaitsForNoBulkBatch() throws Exception {
    Semaphore bulkMayEnd = new Semaphore(0);
    try (BatchQueue queue =
        new BatchQueue(
            "test",
            settings(10, 16, 1_000),
            1,
            batch -> {
              if (batch.getFirst().length() == 10) {
                bulkMayEnd.acquireUninterruptibly();
              }
              return lengths(batch);
            })) {
      CompletableFuture<List<Outcome>> bulk = model.submit(queue, inputs(10, 10, 10), Lane.BULK);
      assertThat(queue.encode(inputs(9), Lane.QUERY)).hasSize(1);
      assertThat(bulk).isNotDone();
      bulkMayEnd.release(3);
      assertThat(bulk.get()).hasSize(3);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void bulkThreadsLetOthersGoFirst() throws Exception {
    model.mayEnd.release(1_000);
    try (BatchQueue queue = model.queue(10, 16, 1_000)) {
      queue.encode(inputs(1), Lane.BULK);
      queue.encode(inputs(1), Lane.QUERY);
      assertThat(niceness("bulk-test")).isEqualTo(niceness("query-test") + 10);
    }
  }

  @Test
  void bulkJobsTakeTurns() throws Exception {
    try (BatchQueue queue = model.queue(10, 0, 1_000)) {
      CompletableFuture<List<Outcome>> large =
          model.submit(queue, inputs(10, 10, 10, 10), Lane.BULK);
      model.started.acquire();
      CompletableFuture<List<Outcome>> small = model.submit(queue, inputs(9), Lane.BULK);
      awaitWaiting(queue, 4);
      model.mayEnd.release(3);
      assertThat(small.get()).hasSize(1);
      assertThat(large).isNotDone();
      model.mayEnd.release(2);
      large.get();
    }
  }

  /** The nice value of a thread of this process. */
  private static int niceness(String thread) throws Exception {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      for (Path task : tasks.toList()) {
        if (Files.readString(task.resolve("comm")).strip().equals(thread)) {
          String stat = Files.readString(task.resolve("stat"));
          // After the name in brackets, nice is the 17th field.
          return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
        }
      }
    }
    throw new AssertionError("no thread " + thread);
  }
}
