package io.mnestic.encoder.batching;

import io.grpc.Context;
import io.mnestic.encoder.model.Input;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One caller's inputs on their way through a model. */
final class Job {
  final CompletableFuture<List<Outcome>> outcomes = new CompletableFuture<>();
  final long arrivedNanos = System.nanoTime();

  private final Context context = Context.current();
  private final Deque<Item> items;
  private final AtomicReferenceArray<Outcome> results;
  private final AtomicInteger missing;

  Job(List<Input> inputs) {
    items =
        IntStream.range(0, inputs.size())
            .mapToObj(i -> new Item(this, i, inputs.get(i)))
            .sorted(Comparator.comparingInt(Item::length))
            .collect(Collectors.toCollection(ArrayDeque::new));
    results = new AtomicReferenceArray<>(inputs.size());
    missing = new AtomicInteger(inputs.size());
  }

  /** Its inputs, shortest first. */
  Iterable<Item> items() {
    return items;
  }

  /** How many inputs it had. */
  int size() {
    return results.length();
  }

  /** The shortest input that no batch has taken; null if there is none. */
  @Nullable Item next() {
    while (!items.isEmpty() && items.getFirst().taken) {
      items.removeFirst();
    }
    return items.peekFirst();
  }

  /** Whether no one waits for the result any more: cancelled, past its deadline or failed. */
  boolean isOver() {
    if (context.isCancelled()) {
      outcomes.completeExceptionally(new CancellationException());
    }
    return outcomes.isDone();
  }

  void fail(Throwable cause) {
    outcomes.completeExceptionally(cause);
  }

  private void deliver(int index, Outcome outcome) {
    results.set(index, outcome);
    if (missing.decrementAndGet() == 0) {
      List<Outcome> all = new ArrayList<>(results.length());
      for (int i = 0; i < results.length(); i++) {
        all.add(results.get(i));
      }
      outcomes.complete(all);
    }
  }

  /** One of a job's inputs. */
  static final class Item {
    /** Whether a batch has it; guarded by the lock of the line it waits in. */
    boolean taken;

    private final Job job;
    private final int index;
    private final Input input;

    private Item(Job job, int index, Input input) {
      this.job = job;
      this.index = index;
      this.input = input;
    }

    Job job() {
      return job;
    }

    Input input() {
      return input;
    }

    int length() {
      return input.length();
    }

    void deliver(Outcome outcome) {
      job.deliver(index, outcome);
    }
  }
}
