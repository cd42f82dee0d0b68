package io.mnestic.encoder.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchQueueTest {
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore batchStarted = new Semaphore(0);
  private final Semaphore batchMayEnd = new Semaphore(0);
  private final List<List<int[]>> batches = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    batchMayEnd.release(1_000);
    callers.close();
  }

  @Test
  void givesEachSequenceItsOwnVectorInOrder() {
    batchMayEnd.release(1_000);
    try (BatchQueue queue = queue(100, 1_000)) {
      List<int[]> sequences = IntStream.of(7, 3, 50, 1, 90, 3).mapToObj(int[]::new).toList();
      float[][] vectors = queue.encode(sequences, Lane.BULK);
      assertThat(vectors).hasDimensions(sequences.size(), 1);
      for (int i = 0; i < vectors.length; i++) {
        assertThat(vectors[i]).containsExactly(sequences.get(i).length);
      }
    }
  }

  @Test
  void fillsBatchesByTokensPaddingIncludedShortestFirst() {
    batchMayEnd.release(1_000);
    try (BatchQueue queue = queue(100, 1_000)) {
      queue.encode(IntStream.of(200, 40, 10, 50, 20, 30).mapToObj(int[]::new).toList(), Lane.BULK);
    }
    assertThat(batches.stream().map(batch -> batch.stream().map(ids -> ids.length).toList()))
        .containsExactly(List.of(10, 20, 30), List.of(40, 50), List.of(200));
  }

  @Test
  void queriesOvertakeBulkWorkAtTheNextBatch() throws Exception {
    try (BatchQueue queue = queue(10, 1_000)) {
      CompletableFuture<float[][]> bulk =
          submit(queue, List.of(new int[10], new int[10], new int[10]), Lane.BULK);
      batchStarted.acquire();
      CompletableFuture<float[][]> query = submit(queue, List.of(new int[9]), Lane.QUERY);
      awaitWaiting(queue, 3);
      batchMayEnd.release(2);
      assertThat(query.get()[0]).containsExactly(9);
      assertThat(bulk).isNotDone();
      batchMayEnd.release(2);
      assertThat(bulk.get()).hasDimensions(3, 1);
    }
  }

  @Test
  void bulkWorkHasATurnAfterFourBatchesOfQueries() throws Exception {
    try (BatchQueue queue = queue(10, 1_000)) {
      CompletableFuture<float[][]> running = submit(queue, List.of(new int[10]), Lane.BULK);
      batchStarted.acquire();
      CompletableFuture<float[][]> bulk = submit(queue, List.of(new int[8], new int[8]), Lane.BULK);
      CompletableFuture<float[][]> queries =
          submit(queue, Collections.nCopies(9, new int[9]), Lane.QUERY);
      awaitWaiting(queue, 11);
      batchMayEnd.release(1_000);
      CompletableFuture.allOf(running, bulk, queries).get();
    }
    assertThat(batches.stream().map(batch -> batch.getFirst().length))
        .containsExactly(10, 9, 9, 9, 9, 8, 9, 9, 9, 9, 8, 9);
  }

  @Test
  void bulkJobsTakeTurns() throws Exception {
    try (BatchQueue queue = queue(10, 1_000)) {
      CompletableFuture<float[][]> large =
          submit(queue, Collections.nCopies(4, new int[10]), Lane.BULK);
      batchStarted.acquire();
      CompletableFuture<float[][]> small = submit(queue, List.of(new int[9]), Lane.BULK);
      awaitWaiting(queue, 4);
      batchMayEnd.release(3);
      assertThat(small.get()[0]).containsExactly(9);
      assertThat(large).isNotDone();
      batchMayEnd.release(2);
      large.get();
    }
  }

  @Test
  void refusesWhatDoesNotFitTheQueue() throws Exception {
    try (BatchQueue queue = queue(10, 3)) {
      CompletableFuture<float[][]> running = submit(queue, List.of(new int[10]), Lane.BULK);
      batchStarted.acquire();
      CompletableFuture<float[][]> waiting =
          submit(queue, List.of(new int[10], new int[10]), Lane.BULK);
      awaitWaiting(queue, 2);
      assertThatThrownBy(() -> queue.encode(List.of(new int[1], new int[1]), Lane.QUERY))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REASON_OVERLOADED));
      batchMayEnd.release(10);
      assertThat(running.get()).hasDimensions(1, 1);
      assertThat(waiting.get()).hasDimensions(2, 1);
    }
  }

  @Test
  void dropsWhatIsCancelledWhileItWaits() throws Exception {
    Context.CancellableContext context = Context.current().withCancellation();
    try (BatchQueue queue = queue(10, 1_000)) {
      CompletableFuture<float[][]> running = submit(queue, List.of(new int[10]), Lane.BULK);
      batchStarted.acquire();
      CompletableFuture<float[][]> cancelled =
          CompletableFuture.supplyAsync(
              () -> {
                Context previous = context.attach();
                try {
                  return queue.encode(List.of(new int[8]), Lane.BULK);
                } finally {
                  context.detach(previous);
                }
              },
              callers);
      awaitWaiting(queue, 1);
      context.cancel(null);
      batchMayEnd.release(10);
      assertThatThrownBy(cancelled::get).hasRootCauseInstanceOf(CancellationException.class);
      assertThat(running.get()).hasDimensions(1, 1);
    }
    assertThat(batches).hasSize(1);
  }

  @Test
  void aFailingOrInfiniteBatchFailsItsCallersOnly() {
    try (BatchQueue queue =
        new BatchQueue(
            "test",
            new BatchingSettings(100, 100),
            batch -> {
              if (batch.getFirst().length == 1) {
                throw new IllegalStateException("broken");
              }
              return new float[][] {{batch.getFirst().length == 2 ? Float.NaN : 5}};
            })) {
      assertThatThrownBy(() -> queue.encode(List.of(new int[1]), Lane.QUERY))
          .isInstanceOf(CompletionException.class)
          .hasRootCauseMessage("broken");
      assertThatThrownBy(() -> queue.encode(List.of(new int[2]), Lane.QUERY))
          .hasMessageContaining("not finite");
      assertThat(queue.encode(List.of(new int[3]), Lane.QUERY)[0]).containsExactly(5);
    }
  }

  @Test
  void closingFinishesTheBatchThatRunsAndFailsWhatWaits() throws Exception {
    BatchQueue queue = queue(10, 1_000);
    CompletableFuture<float[][]> running = submit(queue, List.of(new int[10]), Lane.BULK);
    batchStarted.acquire();
    CompletableFuture<float[][]> bulk = submit(queue, List.of(new int[10]), Lane.BULK);
    CompletableFuture<float[][]> query = submit(queue, List.of(new int[9]), Lane.QUERY);
    awaitWaiting(queue, 2);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(queue::close, callers);
    for (CompletableFuture<float[][]> waiting : List.of(bulk, query)) {
      assertThatThrownBy(waiting::get).hasRootCauseMessage("UNAVAILABLE: the encoder is stopping");
    }
    assertThat(closing).isNotDone();
    batchMayEnd.release(10);
    closing.get();
    assertThat(running.get()).hasDimensions(1, 1);
    assertThat(batches).hasSize(1);
    assertThatThrownBy(() -> queue.encode(List.of(new int[1]), Lane.QUERY))
        .hasMessageContaining("UNAVAILABLE");
  }

  /** Its model gives each sequence's length as its vector, when the test lets it. */
  private BatchQueue queue(int batchTokens, int passages) {
    return new BatchQueue(
        "test",
        new BatchingSettings(batchTokens, passages),
        batch -> {
          batches.add(batch);
          batchStarted.release();
          batchMayEnd.acquireUninterruptibly();
          return batch.stream().map(ids -> new float[] {ids.length}).toArray(float[][]::new);
        });
  }

  private CompletableFuture<float[][]> submit(BatchQueue queue, List<int[]> ids, Lane lane) {
    return CompletableFuture.supplyAsync(() -> queue.encode(ids, lane), callers);
  }

  private static void awaitWaiting(BatchQueue queue, int passages) throws InterruptedException {
    while (queue.waiting() < passages) {
      Thread.sleep(1);
    }
  }
}
