package io.mnestic.encoder.neural.reader;

import ai.djl.ndarray.NDManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.mnestic.encoder.batching.ThreadPriority;
import io.mnestic.encoder.model.TorchEngine;
import io.mnestic.encoder.v1.TrainReaderRequest;
import io.mnestic.encoder.v1.TrainReaderResponse;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Trains a head for as long as its caller listens. */
@Singleton
public final class TrainReader {
  private static final int REPLY_EVERY = 20;
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final TorchEngine engine;
  private final Semaphore free = new Semaphore(1);
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work ->
          Thread.ofPlatform()
              .daemon()
              .name("reader-training")
              .unstarted(() -> {
                // Queries go first.
                ThreadPriority.lower();
                work.run();
              }));

  TrainReader(TorchEngine engine) {
    this.engine = engine;
  }

  /**
   * Trains and answers with checkpoints.
   *
   * @throws Refusal before the first step: INVALID_FIELD, FEEDBACK_EMPTY, FEEDBACK_ONE_SIDED,
   *     OVERLOADED; a later failure goes to the caller's observer
   */
  public void train(
      TrainReaderRequest request, ServerCallStreamObserver<TrainReaderResponse> caller) {
    Head base = Head.of(request.getBase(), "base");
    Settings settings = Settings.of(request.getSettings());
    TrainingSet set = TrainingSet.of(request, base, settings);
    if (!free.tryAcquire()) {
      throw Refusal.of(
              Reason.REASON_OVERLOADED,
              "this encoder trains another reader: try again when it is done, or use another"
                  + " instance")
          .withRetryAfter(RETRY);
    }
    // Without a handler, writing to a caller who is gone throws.
    caller.setOnCancelHandler(() -> {});
    thread.execute(() -> {
      Runnable end;
      try (NDManager arrays = engine.arrays()) {
        Training training =
            new Training(
                new Objective(
                    arrays, set.vectors(), base, settings.lambda() / set.examples().size()),
                set,
                settings,
                base,
                request.hasResume() ? request.getResume() : null);
        run(training, set, settings, request, caller);
        end = caller::onCompleted;
      } catch (RuntimeException | Error e) {
        end = () -> caller.onError(e);
      }
      // Before the caller hears of it, or the caller's next training could come too early.
      free.release();
      end.run();
    });
  }

  private static void run(
      Training training,
      TrainingSet set,
      Settings settings,
      TrainReaderRequest request,
      ServerCallStreamObserver<TrainReaderResponse> caller) {
    int every = request.getReplyEvery() == 0 ? REPLY_EVERY : request.getReplyEvery();
    TrainReaderResponse.Builder reply =
        TrainReaderResponse.newBuilder()
            .setSteps(settings.steps())
            .setExamplesUsed(set.examples().size())
            .setExamplesForgotten(set.forgotten())
            .setExamplesOneSided(set.oneSided());
    do {
      double loss = 0;
      int steps = 0;
      while (steps < every && !training.isDone()) {
        if (caller.isCancelled()) {
          return;
        }
        loss += training.step();
        steps++;
      }
      caller.onNext(
          reply
              .setCheckpoint(training.checkpoint())
              .setLoss(steps == 0 ? 0 : loss / steps)
              .setDone(training.isDone())
              .build());
    } while (!training.isDone());
  }

  @PreDestroy
  void close() {
    thread.shutdownNow();
  }
}
