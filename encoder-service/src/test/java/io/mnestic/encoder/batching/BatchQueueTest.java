package io.mnestic.encoder.batching;

import static io.mnestic.encoder.batching.HeldModel.awaitWaiting;
import static io.mnestic.encoder.batching.HeldModel.inputs;
import static io.mnestic.encoder.batching.HeldModel.lengths;
import static io.mnestic.encoder.batching.HeldModel.settings;
import static io.mnestic.encoder.batching.HeldModel.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.encoder.model.Output;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes into which batch, and what comes out of it. */
class BatchQueueTest {
  private final HeldModel model = new HeldModel();

  @AfterEach
  void stop() {
    model.close();
  }

  @Test
  void givesEachInputItsOwnVectorInOrder() {
    model.mayEnd.release(1_000);
    try (BatchQueue queue = model.queue(100, 16, 1_000)) {
      int[] lengths = {7, 3, 50, 1, 90, 3};
      List<Outcome> outcomes = queue.encode(inputs(lengths), Lane.BULK);
      assertThat(outcomes).extracting(HeldModel::value).containsExactly(7f, 3f, 50f, 1f, 90f, 3f);
    }
  }

  @Test
  void fillsBatchesByTokensPaddingIncludedWithNearLengths() {
    model.mayEnd.release(1_000);
    try (BatchQueue queue = model.queue(100, 16, 1_000)) {
      queue.encode(inputs(200, 40, 10, 50, 20, 34, 50, 24), Lane.BULK);
    }
    // 10 and 20 pad 10; 24 would pad two by 4 each; 34 pads three by 10 each, over the 16 allowed;
    // 34 and 40; then 50 twice, which fill the budget.
    assertThat(model.batches)
        .containsExactly(List.of(10, 20, 24), List.of(34, 40), List.of(50, 50), List.of(200));
  }

  @Test
  void inputsOfManyCallersShareABatch() throws Exception {
    try (BatchQueue queue = model.queue(100, 16, 1_000)) {
      CompletableFuture<List<Outcome>> running = model.submit(queue, inputs(90), Lane.BULK);
      model.started.acquire();
      List<CompletableFuture<List<Outcome>>> waiting =
          IntStream.of(30, 8, 31, 9, 29)
              .mapToObj(length -> model.submitAndAwait(queue, length))
              .toList();
      model.mayEnd.release(1_000);
      for (CompletableFuture<List<Outcome>> one : waiting) {
        one.get();
      }
      running.get();
    }
    assertThat(model.batches.get(1)).containsExactlyInAnyOrder(30, 29, 31);
    assertThat(model.batches.get(2)).containsExactlyInAnyOrder(8, 9);
  }

  @Test
  void aBatchWaitsToBecomeFullNoLongerThanItMay() throws Exception {
    model.mayEnd.release(1_000);
    BatchingSettings settings = new BatchingSettings(40, 16, Duration.ofHours(1), 1_000);
    try (BatchQueue queue = model.queue(settings)) {
      CompletableFuture<List<Outcome>> first = model.submit(queue, inputs(10), Lane.BULK);
      awaitWaiting(queue, 1);
      assertThat(first).isNotDone();
      model.submit(queue, inputs(10, 10, 10), Lane.BULK).get();
      first.get();
      assertThat(model.batches).containsExactly(List.of(10, 10, 10, 10));
      // A query waits for nothing.
      assertThat(queue.encode(inputs(10), Lane.QUERY)).hasSize(1);
    }
    try (BatchQueue queue =
        model.queue(new BatchingSettings(40, 16, Duration.ofMillis(5), 1_000))) {
      assertThat(queue.encode(inputs(10), Lane.BULK)).hasSize(1);
    }
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
                          HeldModel.NO_TOKENS))
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
  void nothingIsLostOrMixedUpUnderManyCallersAndWorkers() throws Exception {
    long seed = 20_261_124;
    model.mayEnd.release(1_000_000);
    try (BatchQueue queue =
        new BatchQueue(
            "test", settings(64, 16, 100_000), 3, batch -> lengths(model.record(batch)))) {
      List<CompletableFuture<Boolean>> calls =
          IntStream.range(0, 200)
              .mapToObj(call ->
                  CompletableFuture.supplyAsync(() -> allRight(queue, seed + call), model.callers))
              .toList();
      for (CompletableFuture<Boolean> call : calls) {
        assertThat(call.get()).as("seed %d", seed).isTrue();
      }
      assertThat(queue.waiting()).isZero();
    }
    assertThat(model.batches)
        .allMatch(batch -> batch.size() == 1 || batch.size() * Collections.max(batch) <= 64);
  }

  private static boolean allRight(BatchQueue queue, long seed) {
    Random random = new Random(seed);
    int[] lengths = random.ints(1 + random.nextInt(50), 1, 90).toArray();
    List<Outcome> outcomes =
        queue.encode(inputs(lengths), random.nextBoolean() ? Lane.BULK : Lane.QUERY);
    return IntStream.range(0, lengths.length).allMatch(i -> value(outcomes.get(i)) == lengths[i]);
  }
}
