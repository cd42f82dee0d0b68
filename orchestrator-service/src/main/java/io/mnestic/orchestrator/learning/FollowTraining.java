package io.mnestic.orchestrator.learning;

import com.google.protobuf.util.Timestamps;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.learning.ReaderRecords.Kept;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.ReaderTraining;
import io.mnestic.orchestrator.v1.StoredTraining;
import io.mnestic.orchestrator.v1.TrainReaderRequest;
import io.mnestic.orchestrator.v1.TrainingState;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Begins, shows and cancels the training of a namespace. */
@Singleton
public final class FollowTraining {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final ReaderRecords records;
  private final FeedbackExamples feedback;
  private final Trainings trainings;

  FollowTraining(ReaderRecords records, FeedbackExamples feedback, Trainings trainings) {
    this.records = records;
    this.feedback = feedback;
    this.trainings = trainings;
  }

  /**
   * Begins a training, or finds the one of this request_id, and tells what changes until it ends or
   * the caller is gone.
   *
   * @throws Refusal FEEDBACK_EMPTY, FEEDBACK_ONE_SIDED, TRAINING_UNDER_WAY, REQUEST_ID_REUSED, or
   *     the reason why the training failed
   */
  public void train(TrainReaderRequest request, Consumer<ReaderTraining> progress) {
    String namespace = request.getNamespace();
    Optional<Kept<StoredTraining>> there = records.training(namespace);
    String id = request.getRequestId();
    if (id.isEmpty() || there.isEmpty() || !there.get().value().getTraining().getId().equals(id)) {
      id = id.isEmpty() ? UUID.randomUUID().toString() : id;
      begin(request, id, there);
    } else if (!isSame(there.get().value(), request)) {
      throw Refusal.of(
              Reason.REASON_REQUEST_ID_REUSED,
              "request_id '" + id + "' named a training with other settings: use a new one")
          .withField("request_id");
    }
    follow(namespace, id, progress);
  }

  /**
   * The newest training.
   *
   * @throws Refusal TRAINING_NOT_FOUND
   */
  public ReaderTraining get(String namespace) {
    return records
        .training(namespace)
        .map(kept -> kept.value().getTraining())
        .orElseThrow(() -> notFound(namespace));
  }

  /**
   * Ends the training that is under way.
   *
   * @throws Refusal TRAINING_NOT_FOUND
   */
  public ReaderTraining cancel(String namespace) {
    while (true) {
      Kept<StoredTraining> kept =
          records
              .training(namespace)
              .filter(training -> isRunning(training.value()))
              .orElseThrow(() -> notFound(namespace));
      StoredTraining.Builder ended = kept.value().toBuilder().clearCheckpoint();
      ended.getTrainingBuilder().setState(TrainingState.TRAINING_STATE_CANCELLED);
      try {
        return records.putTraining(namespace, ended.build(), kept.etag()).value().getTraining();
      } catch (StatusRuntimeException e) {
        // It went on in between: again.
        if (!PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH)) {
          throw e;
        }
      }
    }
  }

  private void begin(TrainReaderRequest request, String id, Optional<Kept<StoredTraining>> there) {
    String namespace = request.getNamespace();
    if (there.isPresent() && isRunning(there.get().value())) {
      throw underWay(namespace);
    }
    var _ = feedback.until(namespace, Timestamps.now());
    try {
      trainings.begin(
          namespace,
          id,
          request.getSettings(),
          request.getActivateIfBetter(),
          there.map(Kept::etag).orElse(""));
    } catch (StatusRuntimeException e) {
      throw PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH) ? underWay(namespace) : e;
    }
  }

  private void follow(String namespace, String id, Consumer<ReaderTraining> progress) {
    byte[] told = {};
    while (!Context.current().isCancelled()) {
      ReaderTraining training = get(namespace);
      if (!training.getId().equals(id)) {
        throw notFound(namespace);
      }
      if (training.getState() == TrainingState.TRAINING_STATE_FAILED) {
        throw Refusal.of(
            Reason.valueOf("REASON_" + training.getErrorReason()), training.getError());
      }
      if (!Arrays.equals(told, training.toByteArray())) {
        progress.accept(training);
        told = training.toByteArray();
      }
      if (training.getState() != TrainingState.TRAINING_STATE_RUNNING) {
        return;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private static boolean isSame(StoredTraining training, TrainReaderRequest request) {
    return training.getSettings().equals(request.getSettings())
        && training.getActivateIfBetter() == request.getActivateIfBetter();
  }

  private static boolean isRunning(StoredTraining training) {
    return training.getTraining().getState() == TrainingState.TRAINING_STATE_RUNNING;
  }

  private static Refusal underWay(String namespace) {
    return Refusal.of(
            Reason.REASON_TRAINING_UNDER_WAY,
            "a training of '" + namespace + "' is under way: wait for it, or cancel it")
        .withField("namespace");
  }

  private static Refusal notFound(String namespace) {
    return Refusal.of(
            Reason.REASON_TRAINING_NOT_FOUND,
            "'" + namespace + "' has no such training: begin one with TrainReader")
        .withField("namespace");
  }
}
