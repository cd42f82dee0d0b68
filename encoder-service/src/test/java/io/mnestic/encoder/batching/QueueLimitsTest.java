package io.mnestic.encoder.batching;

import static io.mnestic.encoder.batching.HeldModel.awaitWaiting;
import static io.mnestic.encoder.batching.HeldModel.inputs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a queue does not take, or not any more. */
class QueueLimitsTest {
  private final Semaphore refusals = new Semaphore(0);
  private final HeldModel model = new HeldModel();

  @AfterEach
  void stop() {
    model.close();
  }

  @Test
  void refusesWhatDoesNotFitTheQueue() throws Exception {
    try (BatchQueue queue = model.queue(10, 16, 3)) {
      CompletableFuture<List<Outcome>> running = model.submit(queue, inputs(10), Lane.BULK);
      model.started.acquire();
      CompletableFuture<List<Outcome>> waiting = model.submit(queue, inputs(10, 10), Lane.BULK);
      awaitWaiting(queue, 2);
      assertThatThrownBy(() -> queue.encode(inputs(1, 1), Lane.QUERY))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REASON_OVERLOADED));
      model.mayEnd.release(10);
      assertThat(running.get()).hasSize(1);
      assertThat(waiting.get()).hasSize(2);
    }
  }

  @Test
  void manyCallersAtOnceDoNotOverfillTheQueue() throws Exception {
    int limit = 50;
    try (BatchQueue queue = model.queue(10, 16, limit)) {
      CompletableFuture<List<Outcome>> running = model.submit(queue, inputs(10), Lane.BULK);
      model.started.acquire();
      List<CompletableFuture<List<Outcome>>> calls =
          IntStream.range(0, 400)
              .mapToObj(i ->
                  model
                      .submit(queue, inputs(10), Lane.BULK)
                      .whenComplete(
                          (outcomes, failure) -> refusals.release(failure == null ? 0 : 1)))
              .toList();
      // The batch that runs holds its thread, so all but those that fit are refused.
      refusals.acquire(400 - limit);
      assertThat(queue.waiting()).isEqualTo(limit);
      model.mayEnd.release(1_000);
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
    try (BatchQueue queue = model.queue(10, 16, 1_000)) {
      CompletableFuture<List<Outcome>> running = model.submit(queue, inputs(10), Lane.BULK);
      model.started.acquire();
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
              model.callers);
      awaitWaiting(queue, 1);
      context.cancel(null);
      model.mayEnd.release(10);
      assertThatThrownBy(cancelled::get).hasRootCauseInstanceOf(CancellationException.class);
      assertThat(running.get()).hasSize(1);
    }
    assertThat(model.batches).hasSize(1);
  }

  @Test
  void closingFinishesTheBatchThatRunsAndFailsWhatWaits() throws Exception {
    BatchQueue queue = model.queue(10, 16, 1_000);
    CompletableFuture<List<Outcome>> running = model.submit(queue, inputs(10), Lane.BULK);
    model.started.acquire();
    CompletableFuture<List<Outcome>> bulk = model.submit(queue, inputs(10), Lane.BULK);
    awaitWaiting(queue, 1);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(queue::close, model.callers);
    assertThatThrownBy(bulk::get).hasRootCauseMessage("UNAVAILABLE: the model is being unloaded");
    assertThat(closing).isNotDone();
    model.mayEnd.release(10);
    closing.get();
    assertThat(running.get()).hasSize(1);
    assertThat(model.batches).hasSize(1);
    assertThatThrownBy(() -> queue.encode(inputs(1), Lane.QUERY))
        .hasMessageContaining("UNAVAILABLE");
  }
}
