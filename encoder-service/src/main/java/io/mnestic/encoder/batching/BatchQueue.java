package io.mnestic.encoder.batching;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.batching.Job.Item;
import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.model.Output;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue before one replica of a model, and the threads that run it. Queries and bulk work have
 * a line and threads each, and the system gives those of the queries their cores first: a query
 * then waits for no batch, however long, and bulk work goes on with what queries leave, never
 * nothing.
 */
public final class BatchQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchQueue.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final BatchingSettings settings;
  private final BatchModel model;
  private final Map<Lane, Line> lines = new EnumMap<>(Lane.class);
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Starts the threads.
   *
   * @param name of the model, for the threads' names
   * @param workers batches of each lane that run side by side
   */
  public BatchQueue(String name, BatchingSettings settings, int workers, BatchModel model) {
    this.settings = settings;
    this.model = model;
    for (Lane lane : Lane.values()) {
      Line line = new Line(settings, lane == Lane.BULK ? settings.batchWait() : Duration.ZERO);
      lines.put(lane, line);
      for (int i = 0; i < workers; i++) {
        threads.add(
            Thread.ofPlatform()
                .name(lane.threadName() + "-" + name)
                .daemon()
                .start(() -> run(lane, line)));
      }
    }
  }

  /**
   * Waits for what becomes of these inputs, in their order. Stops waiting when the gRPC context of
   * the caller is cancelled or past its deadline.
   *
   * @throws Refusal OVERLOADED if too many inputs wait already
   * @throws StatusRuntimeException UNAVAILABLE if the queue is closed, now or before their turn
   */
  public List<Outcome> encode(List<Input> inputs, Lane lane) {
    Job job = new Job(inputs);
    admit(job, lane);
    return job.outcomes.join();
  }

  /** One at a time, or two that fit alone would both be let in. */
  private synchronized void admit(Job job, Lane lane) {
    int waiting = waiting();
    if (waiting + job.size() > settings.queuePassages()) {
      throw Refusal.of(
              Reason.REASON_OVERLOADED,
              "%d passages wait and %d more are over the limit of %d: try again later or send fewer"
                  .formatted(waiting, job.size(), settings.queuePassages()))
          .withRetryAfter(RETRY_AFTER);
    }
    if (!line(lane).add(job)) {
      throw stopping();
    }
  }

  /** How many inputs no batch has taken yet. */
  public int waiting() {
    return lines.values().stream().mapToInt(Line::waiting).sum();
  }

  /** Takes nothing more, fails what waits, finishes the batches that run, and ends the threads. */
  @Override
  public void close() {
    lines.values().forEach(line -> line.close(stopping()));
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Lane lane, Line line) {
    if (lane == Lane.BULK) {
      ThreadPriority.lower();
    }
    for (List<Item> batch = line.next(); !batch.isEmpty(); batch = line.next()) {
      run(batch);
    }
  }

  /** A batch that fails is halved until the one input is found that it fails on. */
  private void run(List<Item> batch) {
    try {
      List<Output> outputs = model.run(batch.stream().map(Item::input).toList());
      for (int i = 0; i < outputs.size(); i++) {
        batch.get(i).deliver(outcome(outputs.get(i)));
      }
    } catch (RuntimeException | Error e) {
      if (batch.size() == 1) {
        LOG.error("the model failed on an input of {} tokens", batch.getFirst().length(), e);
        batch.getFirst().deliver(new Outcome.Failed(e));
        return;
      }
      int half = batch.size() / 2;
      run(batch.subList(0, half));
      run(batch.subList(half, batch.size()));
    }
  }

  private static Outcome outcome(Output output) {
    return output.isFinite()
        ? new Outcome.Done(output)
        : new Outcome.Failed(new IllegalStateException("the model's vector is not finite"));
  }

  private Line line(Lane lane) {
    Line line = lines.get(lane);
    if (line == null) {
      throw new IllegalStateException("no line for " + lane);
    }
    return line;
  }

  private static StatusRuntimeException stopping() {
    return Status.UNAVAILABLE.withDescription("the model is being unloaded").asRuntimeException();
  }
}
