package io.mnestic.encoder.batching;

import io.grpc.Context;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * One caller's sequences on their way through a model, shortest first so that batches pad little.
 */
final class Job {
  final CompletableFuture<float[][]> vectors = new CompletableFuture<>();

  private final List<int[]> sequences;
  private final int[] order;
  private final float[][] results;
  private final Context context = Context.current();
  private int taken;
  private int missing;

  Job(List<int[]> sequences) {
    this.sequences = sequences;
    order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> sequences.get(i).length))
            .mapToInt(Integer::intValue)
            .toArray();
    results = new float[sequences.size()][];
    missing = sequences.size();
  }

  /** How many sequences no batch has taken yet. */
  int waiting() {
    return order.length - taken;
  }

  /** Length in tokens of the next sequence. */
  int nextLength() {
    return sequences.get(order[taken]).length;
  }

  /** The next sequence. */
  Sequence take() {
    return new Sequence(this, order[taken++]);
  }

  /** Whether no one waits for the result any more: cancelled, past its deadline or failed. */
  boolean isOver() {
    if (context.isCancelled()) {
      vectors.completeExceptionally(new CancellationException());
    }
    return vectors.isDone();
  }

  void fail(Throwable cause) {
    vectors.completeExceptionally(cause);
  }

  private void deliver(int index, float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        fail(
            new IllegalStateException(
                "the model's vector of sequence " + index + " is not finite"));
        return;
      }
    }
    results[index] = vector;
    missing--;
    if (missing == 0) {
      vectors.complete(results);
    }
  }

  /** One of a job's sequences. */
  static final class Sequence {
    private final Job job;
    private final int index;

    private Sequence(Job job, int index) {
      this.job = job;
      this.index = index;
    }

    Job job() {
      return job;
    }

    int[] ids() {
      return job.sequences.get(index);
    }

    void deliver(float[] vector) {
      job.deliver(index, vector);
    }
  }
}
