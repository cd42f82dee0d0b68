package io.mnestic.encoder.batching;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.batching.Job.Sequence;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The queue before one replica of a model, and the one thread that runs it. Batches are filled up
 * to a budget of tokens; queries overtake bulk work at batch boundaries, but not without end; bulk
 * jobs take turns.
 */
public final class BatchQueue implements AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /**
   * Batches of queries that may overtake bulk work in a row. Without a bound, constant queries
   * would keep bulk callers waiting until their deadlines; with it those get a batch in five, and
   * most queries still wait for none but the batch that runs.
   */
  private static final int MOST_OVERTAKES = 4;

  private final BatchingSettings settings;
  private final Function<List<int[]>, float[][]> model;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Job> queries = new ArrayDeque<>();
  private final Deque<Job> bulk = new ArrayDeque<>();
  private final Thread worker;
  private int overtakes;
  private boolean closed;

  /**
   * Starts the thread.
   *
   * @param name of the model, for the thread's name
   * @param model from the token ids of a batch to a vector for each; called by one thread only
   */
  public BatchQueue(
      String name, BatchingSettings settings, Function<List<int[]>, float[][]> model) {
    this.settings = settings;
    this.model = model;
    worker = Thread.ofPlatform().name("model-" + name).daemon().start(this::run);
  }

  /**
   * Waits for the vectors of these sequences, in their order. Stops waiting when the gRPC context
   * of the caller is cancelled or past its deadline.
   *
   * @throws Refusal OVERLOADED if too many sequences wait already
   * @throws StatusRuntimeException UNAVAILABLE if the queue is closed, now or before their turn
   */
  public float[][] encode(List<int[]> sequences, Lane lane) {
    Job job = new Job(sequences);
    lock.lock();
    try {
      if (closed) {
        throw stopping();
      }
      dropOver();
      if (waiting() + job.waiting() > settings.queuePassages()) {
        throw Refusal.of(
                Reason.REASON_OVERLOADED,
                "%d passages wait and %d more are over the limit of %d: try again later or send fewer"
                    .formatted(waiting(), job.waiting(), settings.queuePassages()))
            .withRetryAfter(RETRY_AFTER);
      }
      jobs(lane).addLast(job);
      changed.signal();
    } finally {
      lock.unlock();
    }
    return job.vectors.join();
  }

  /** Takes nothing more, fails what waits, finishes the batch that runs, and ends the thread. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      for (Deque<Job> jobs : List.of(queries, bulk)) {
        jobs.forEach(job -> job.fail(stopping()));
        jobs.clear();
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      worker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    for (List<Sequence> batch = next(); !batch.isEmpty(); batch = next()) {
      try {
        float[][] vectors = model.apply(batch.stream().map(Sequence::ids).toList());
        for (int i = 0; i < vectors.length; i++) {
          batch.get(i).deliver(vectors[i]);
        }
      } catch (RuntimeException | Error e) {
        batch.forEach(sequence -> sequence.job().fail(e));
      }
    }
  }

  /** The next batch; empty when the queue is closed. */
  private List<Sequence> next() {
    lock.lock();
    try {
      dropOver();
      while (queries.isEmpty() && bulk.isEmpty()) {
        if (closed) {
          return List.of();
        }
        changed.awaitUninterruptibly();
        dropOver();
      }
      return fill(nextLane());
    } finally {
      lock.unlock();
    }
  }

  private Deque<Job> nextLane() {
    boolean bulkWaits = !bulk.isEmpty();
    if (queries.isEmpty() || (bulkWaits && overtakes == MOST_OVERTAKES)) {
      overtakes = 0;
      return bulk;
    }
    overtakes = bulkWaits ? overtakes + 1 : 0;
    return queries;
  }

  private List<Sequence> fill(Deque<Job> jobs) {
    List<Sequence> batch = new ArrayList<>();
    int longest = 0;
    while (!jobs.isEmpty()) {
      Job job = jobs.getFirst();
      longest = Math.max(longest, job.nextLength());
      if (!batch.isEmpty() && (batch.size() + 1) * longest > settings.batchTokens()) {
        break;
      }
      batch.add(job.take());
      if (job.waiting() == 0) {
        jobs.removeFirst();
      }
    }
    // A job that has more to give lets the others go first.
    if (jobs.size() > 1 && jobs.getFirst() == batch.getLast().job()) {
      jobs.addLast(jobs.removeFirst());
    }
    return batch;
  }

  private void dropOver() {
    for (Deque<Job> jobs : List.of(queries, bulk)) {
      for (Iterator<Job> all = jobs.iterator(); all.hasNext(); ) {
        if (all.next().isOver()) {
          all.remove();
        }
      }
    }
  }

  /** How many sequences no batch has taken yet. */
  int waiting() {
    lock.lock();
    try {
      return queries.stream().mapToInt(Job::waiting).sum()
          + bulk.stream().mapToInt(Job::waiting).sum();
    } finally {
      lock.unlock();
    }
  }

  private static StatusRuntimeException stopping() {
    return Status.UNAVAILABLE.withDescription("the encoder is stopping").asRuntimeException();
  }

  private Deque<Job> jobs(Lane lane) {
    return switch (lane) {
      case QUERY -> queries;
      case BULK -> bulk;
    };
  }
}
