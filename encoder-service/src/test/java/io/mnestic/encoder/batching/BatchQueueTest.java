package io.mnestic.encoder.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.model.Output;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class BatchQueueTest {
  private static final float[][] NO_TOKENS = {};

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore batchStarted = new Semaphore(0);
  private final Semaphore batchMayEnd = new Semaphore(0);
  private final Semaphore refusals = new Semaphore(0);
  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    batchMayEnd.release(1_000_000);
    callers.close();
  }

  @Test
  void givesEachInputItsOwnVectorInOrder() {
    batchMayEnd.release(1_000);
    try (BatchQueue queue = queue(100, 16, 1_000)) {
      int[] lengths = {7, 3, 50, 1, 90, 3};
      List<Outcome> outcomes = queue.encode(inputs(lengths), Lane.BULK);
      assertThat(outcomes)
          .extracting(BatchQueueTest::value)
          .containsExactly(7f, 3f, 50f, 1f, 90f, 3f);
    }
  }

  @Test
  void fillsBatchesByTokensPaddingIncludedWithNearLengths() {
    batchMayEnd.release(1_000);
    try (BatchQueue queue = queue(100, 16, 1_000)) {
      queue.encode(inputs(200, 40, 10, 50, 20, 34, 50, 24), Lane.BULK);
    }
    // 10 and 20 pad 10; 24 would pad two by 4 each; 34 pads three by 10 each, over the 16 allowed;
    // 34 and 40; then 50 twice, which fill the budget.
    assertThat(batches)
        .containsExactly(List.of(10, 20, 24), List.of(34, 40), List.of(50, 50), List.of(200));
  }

  @Test
  void inputsOfManyCallersShareABatch() throws Exception {
    try (BatchQueue queue = queue(100, 16, 1_000)) {
      CompletableFuture<List<Outcome>> running = submit(queue, inputs(90), Lane.BULK);
      batchStarted.acquire();
      List<CompletableFuture<List<Outcome>>> waiting =
          IntStream.of(30, 8, 31, 9, 29).mapToObj(length -> submitAndAwait(queue, length)).toList();
      batchMayEnd.release(1_000);
      for (CompletableFuture<List<Outcome>> one : waiting) {
        one.get();
      }
      running.get();
    }
    assertThat(batches.get(1)).containsExactlyInAnyOrder(30, 29, 31);
    assertThat(batches.get(2)).containsExactlyInAnyOrder(8, 9);
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
      CompletableFuture<List<Outcome>> bulk = submit(queue, inputs(10, 10, 10), Lane.BULK);
      assertThat(queue.encode(inputs(9), Lane.QUERY)).hasSize(1);
      assertThat(bulk).isNotDone();
      bulkMayEnd.release(3);
      assertThat(bulk.get()).hasSize(3);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void bulkThreadsLetOthersGoFirst() throws Exception {
    batchMayEnd.release(1_000);
    try (BatchQueue queue = queue(10, 16, 1_000)) {
      queue.encode(inputs(1), Lane.BULK);
      queue.encode(inputs(1), Lane.QUERY);
      assertThat(niceness("bulk-test")).isEqualTo(niceness("query-test") + 10);
    }
  }

  @Test
  void bulkJobsTakeTurns() throws Exception {
    try (BatchQueue queue = queue(10, 0, 1_000)) {
      CompletableFuture<List<Outcome>> large = submit(queue, inputs(10, 10, 10, 10), Lane.BULK);
      batchStarted.acquire();
      CompletableFuture<List<Outcome>> small = submit(queue, inputs(9), Lane.BULK);
      awaitWaiting(queue, 4);
      batchMayEnd.release(3);
      assertThat(small.get()).hasSize(1);
      assertThat(large).isNotDone();
      batchMayEnd.release(2);
      large.get();
    }
  }

  @Test
  void aBatchWaitsToBecomeFullNoLongerThanItMay() throws Exception {
    batchMayEnd.release(1_000);
    BatchingSettings settings = new BatchingSettings(40, 16, Duration.ofHours(1), 1_000);
    try (BatchQueue queue = queue(settings)) {
      CompletableFuture<List<Outcome>> first = submit(queue, inputs(10), Lane.BULK);
      awaitWaiting(queue, 1);
      assertThat(first).isNotDone();
      submit(queue, inputs(10, 10, 10), Lane.BULK).get();
      first.get();
      assertThat(batches).containsExactly(List.of(10, 10, 10, 10));
      // A query waits for nothing.
      assertThat(queue.encode(inputs(10), Lane.QUERY)).hasSize(1);
    }
    try (BatchQueue queue = queue(new BatchingSettings(40, 16, Duration.ofMillis(5), 1_000))) {
      assertThat(queue.encode(inputs(10), Lane.BULK)).hasSize(1);
    }
  }

  @Test
  void refusesWhatDoesNotFitTheQueue() throws Exception {
    try (BatchQueue queue = queue(10, 16, 3)) {
      CompletableFuture<List<Outcome>> running = submit(queue, inputs(10), Lane.BULK);
      batchStarted.acquire();
      CompletableFuture<List<Outcome>> waiting = submit(queue, inputs(10, 10), Lane.BULK);
      awaitWaiting(queue, 2);
      assertThatThrownBy(() -> queue.encode(inputs(1, 1), Lane.QUERY))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REASON_OVERLOADED));
      batchMayEnd.release(10);
      assertThat(running.get()).hasSize(1);
      assertThat(waiting.get()).hasSize(2);
    }
  }

  @Test
  void manyCallersAtOnceDoNotOverfillTheQueue() throws Exception {
    int limit = 50;
    try (BatchQueue queue = queue(10, 16, limit)) {
      CompletableFuture<List<Outcome>> running = submit(queue, inputs(10), Lane.BULK);
      batchStarted.acquire();
      List<CompletableFuture<List<Outcome>>> calls =
          IntStream.range(0, 400)
              .mapToObj(i ->
                  submit(queue, inputs(10), Lane.BULK)
                      .whenComplete(
                          (outcomes, failure) -> refusals.release(failure == null ? 0 : 1)))
              .toList();
      // The batch that runs holds its thread, so all but those that fit are refused.
      refusals.acquire(400 - limit);
      assertThat(queue.waiting()).isEqualTo(limit);
      batchMayEnd.release(1_000);
      running.get();
      int answered = 0;
      for (CompletableFuture<List<Outcome>> call : calls) {
        answered += call.handle((outcomes, failure) -> failure == null ? 1 : 0).get();
      }
      assertThat(answered).isEqualTo(limit);
    }
  }

  @Test
  void dropsWhatIsCancelledWhileItWaits() throws Exception {
    Context.CancellableContext context = Context.current().withCancellation();
    try (BatchQueue queue = queue(10, 16, 1_000)) {
      CompletableFuture<List<Outcome>> running = submit(queue, inputs(10), Lane.BULK);
      batchStarted.acquire();
      CompletableFuture<List<Outcome>> cancelled =
          CompletableFuture.supplyAsync(
              () -> {
                Context previous = context.attach();
                try {
                  return queue.encode(inputs(8), Lane.BULK);
                } finally {
                  context.detach(previous);
                }
              },
              callers);
      awaitWaiting(queue, 1);
      context.cancel(null);
      batchMayEnd.release(10);
      assertThatThrownBy(cancelled::get).hasRootCauseInstanceOf(CancellationException.class);
      assertThat(running.get()).hasSize(1);
    }
    assertThat(batches).hasSize(1);
  }

  @Test
  void oneBadInputFailsAlone() {
    try (BatchQueue queue =
        new BatchQueue(
            "test",
            settings(1_000, 1_000, 100),
            1,
            batch -> {
              if (batch.stream().anyMatch(input -> input.length() == 3)) {
                throw new IllegalStateException("broken");
              }
              return batch.stream()
                  .map(input ->
                      new Output(
                          new float[] {input.length() == 5 ? Float.NaN : input.length()},
                          NO_TOKENS))
                  .toList();
            })) {
      List<Outcome> outcomes = queue.encode(inputs(1, 2, 3, 4, 5, 6, 7), Lane.BULK);
      assertThat(outcomes.get(2))
          .isInstanceOfSatisfying(
              Outcome.Failed.class, failed -> assertThat(failed.cause()).hasMessage("broken"));
      assertThat(outcomes.get(4))
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> assertThat(failed.cause()).hasMessageContaining("not finite"));
      assertThat(Stream.of(0, 1, 3, 5, 6).map(i -> value(outcomes.get(i))))
          .containsExactly(1f, 2f, 4f, 6f, 7f);
    }
  }

  @Test
  void closingFinishesTheBatchThatRunsAndFailsWhatWaits() throws Exception {
    BatchQueue queue = queue(10, 16, 1_000);
    CompletableFuture<List<Outcome>> running = submit(queue, inputs(10), Lane.BULK);
    batchStarted.acquire();
    CompletableFuture<List<Outcome>> bulk = submit(queue, inputs(10), Lane.BULK);
    awaitWaiting(queue, 1);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(queue::close, callers);
    assertThatThrownBy(bulk::get).hasRootCauseMessage("UNAVAILABLE: the model is being unloaded");
    assertThat(closing).isNotDone();
    batchMayEnd.release(10);
    closing.get();
    assertThat(running.get()).hasSize(1);
    assertThat(batches).hasSize(1);
    assertThatThrownBy(() -> queue.encode(inputs(1), Lane.QUERY))
        .hasMessageContaining("UNAVAILABLE");
  }

  @Test
  void nothingIsLostOrMixedUpUnderManyCallersAndWorkers() throws Exception {
    long seed = 20_261_124;
    batchMayEnd.release(1_000_000);
    try (BatchQueue queue =
        new BatchQueue("test", settings(64, 16, 100_000), 3, batch -> lengths(record(batch)))) {
      List<CompletableFuture<Boolean>> calls =
          IntStream.range(0, 200)
              .mapToObj(call ->
                  CompletableFuture.supplyAsync(() -> allRight(queue, seed + call), callers))
              .toList();
      for (CompletableFuture<Boolean> call : calls) {
        assertThat(call.get()).as("seed %d", seed).isTrue();
      }
      assertThat(queue.waiting()).isZero();
    }
    assertThat(batches)
        .allMatch(batch -> batch.size() == 1 || batch.size() * Collections.max(batch) <= 64);
  }

  private static boolean allRight(BatchQueue queue, long seed) {
    Random random = new Random(seed);
    int[] lengths = random.ints(1 + random.nextInt(50), 1, 90).toArray();
    List<Outcome> outcomes =
        queue.encode(inputs(lengths), random.nextBoolean() ? Lane.BULK : Lane.QUERY);
    return IntStream.range(0, lengths.length).allMatch(i -> value(outcomes.get(i)) == lengths[i]);
  }

  private BatchQueue queue(int batchTokens, int padding, int passages) {
    return queue(settings(batchTokens, padding, passages));
  }

  /** Its model gives each input's length as its vector, when the test lets it. */
  private BatchQueue queue(BatchingSettings settings) {
    return new BatchQueue(
        "test",
        settings,
        1,
        batch -> {
          record(batch);
          batchStarted.release();
          batchMayEnd.acquireUninterruptibly();
          return lengths(batch);
        });
  }

  private List<Input> record(List<Input> batch) {
    batches.add(batch.stream().map(Input::length).toList());
    return batch;
  }

  private static BatchingSettings settings(int batchTokens, int padding, int passages) {
    return new BatchingSettings(batchTokens, padding, Duration.ZERO, passages);
  }

  private static List<Output> lengths(List<Input> batch) {
    return batch.stream()
        .map(input -> new Output(new float[] {input.length()}, NO_TOKENS))
        .toList();
  }

  private static List<Input> inputs(int... lengths) {
    return IntStream.of(lengths).mapToObj(length -> Input.of(new int[length])).toList();
  }

  private static float value(Outcome outcome) {
    return outcome instanceof Outcome.Done done ? done.output().vector()[0] : Float.NaN;
  }

  private CompletableFuture<List<Outcome>> submit(BatchQueue queue, List<Input> inputs, Lane lane) {
    return CompletableFuture.supplyAsync(() -> queue.encode(inputs, lane), callers);
  }

  private CompletableFuture<List<Outcome>> submitAndAwait(BatchQueue queue, int length) {
    int before = queue.waiting();
    CompletableFuture<List<Outcome>> outcome = submit(queue, inputs(length), Lane.BULK);
    awaitWaiting(queue, before + 1);
    return outcome;
  }

  private static void awaitWaiting(BatchQueue queue, int passages) {
    while (queue.waiting() < passages) {
      Thread.onSpinWait();
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
