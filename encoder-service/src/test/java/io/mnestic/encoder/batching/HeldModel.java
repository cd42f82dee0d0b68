package io.mnestic.encoder.batching;

import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.model.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/** A model whose batches go on when the test lets them, and the threads that call it. */
final class HeldModel implements AutoCloseable {
  static final float[][] NO_TOKENS = {};

  final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  final Semaphore started = new Semaphore(0);
  final Semaphore mayEnd = new Semaphore(0);
  final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());

  BatchQueue queue(int batchTokens, int padding, int passages) {
    return queue(settings(batchTokens, padding, passages));
  }

  /** Its model gives each input's length as its vector. */
  BatchQueue queue(BatchingSettings settings) {
    return new BatchQueue(
        "test",
        settings,
        1,
        batch -> {
          record(batch);
          started.release();
          mayEnd.acquireUninterruptibly();
          return lengths(batch);
        });
  }

  List<Input> record(List<Input> batch) {
    batches.add(batch.stream().map(Input::length).toList());
    return batch;
  }

  CompletableFuture<List<Outcome>> submit(BatchQueue queue, List<Input> inputs, Lane lane) {
    return CompletableFuture.supplyAsync(() -> queue.encode(inputs, lane), callers);
  }

  CompletableFuture<List<Outcome>> submitAndAwait(BatchQueue queue, int length) {
    int before = queue.waiting();
    CompletableFuture<List<Outcome>> outcome = submit(queue, inputs(length), Lane.BULK);
    awaitWaiting(queue, before + 1);
    return outcome;
  }

  @Override
  public void close() {
    mayEnd.release(1_000_000);
    callers.close();
  }

  static void awaitWaiting(BatchQueue queue, int passages) {
    while (queue.waiting() < passages) {
      Thread.onSpinWait();
    }
  }

  static BatchingSettings settings(int batchTokens, int padding, int passages) {
    return new BatchingSettings(batchTokens, padding, Duration.ZERO, passages);
  }

  static List<Output> lengths(List<Input> batch) {
    return batch.stream()
        .map(input -> new Output(new float[] {input.length()}, NO_TOKENS))
        .toList();
  }

  static List<Input> inputs(int... lengths) {
    return IntStream.of(lengths).mapToObj(length -> Input.of(new int[length])).toList();
  }

  static float value(Outcome outcome) {
    return outcome instanceof Outcome.Done done ? done.output().vector()[0] : Float.NaN;
  }
}
