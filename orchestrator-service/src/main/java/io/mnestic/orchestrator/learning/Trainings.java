package io.mnestic.orchestrator.learning;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.ReaderSettings;
import io.mnestic.encoder.v1.TrainReaderResponse;
import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.learning.ReaderRecords.Kept;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.ActiveReader;
import io.mnestic.orchestrator.v1.ReaderTraining;
import io.mnestic.orchestrator.v1.ReaderVersion;
import io.mnestic.orchestrator.v1.StoredTraining;
import io.mnestic.orchestrator.v1.TrainingState;
import io.mnestic.wire.Refusal;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs trainings. Each is a record of the store: whoever writes it by its etag has the training,
 * and one whose record another wrote stops without a word. So a training that was cancelled, or
 * that another instance took over, can change nothing any more.
 */
@Singleton
final class Trainings {
  private static final Logger LOG = LoggerFactory.getLogger(Trainings.class);
  private static final Duration WRITE_EVERY = Duration.ofMillis(500);

  /** Failures that trying again would not change. */
  private static final Set<String> FINAL =
      Set.of("FEEDBACK_EMPTY", "FEEDBACK_ONE_SIDED", "TRAINING_DIVERGED", "INVALID_FIELD");

  private final ReaderRecords records;
  private final TrainVersion trainVersion;
  private final Reader reader;
  private final LearningSettings settings;
  private final CancellableContext calls = Context.ROOT.withCancellation();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Trainings(
      ReaderRecords records, TrainVersion trainVersion, Reader reader, LearningSettings settings) {
    this.records = records;
    this.trainVersion = trainVersion;
    this.reader = reader;
    this.settings = settings;
  }

  /**
   * Writes a new training and begins it.
   *
   * @param etag of the training before, or empty
   */
  void begin(String namespace, String id, ReaderSettings how, boolean activate, String etag) {
    StoredTraining training =
        StoredTraining.newBuilder()
            .setTraining(
                ReaderTraining.newBuilder()
                    .setId(id)
                    .setState(TrainingState.TRAINING_STATE_RUNNING)
                    .setCreateTime(Timestamps.now()))
            .setSettings(how)
            .setActivateIfBetter(activate)
            .setVersion(records.allVersions(namespace).size() + 1L)
            .setBaseVersion(
                records.active(namespace).map(kept -> kept.value().getVersion()).orElse(0L))
            .setLeaseEnd(leaseEnd())
            .build();
    go(namespace, records.putTraining(namespace, training, etag));
  }

  /** Takes over a training whose instance is gone. */
  void resume(String namespace) {
    records
        .training(namespace)
        .filter(kept ->
            kept.value().getTraining().getState() == TrainingState.TRAINING_STATE_RUNNING
                && Timestamps.compare(kept.value().getLeaseEnd(), Timestamps.now()) < 0)
        .ifPresent(kept -> {
          LOG.info("going on with the reader's training of {}", namespace);
          go(
              namespace,
              records.putTraining(
                  namespace,
                  kept.value().toBuilder().setLeaseEnd(leaseEnd()).build(),
                  kept.etag()));
        });
  }

  private void go(String namespace, Kept<StoredTraining> training) {
    threads.execute(calls.wrap(() -> new Run(namespace, training).run()));
  }

  private Timestamp leaseEnd() {
    return Timestamps.fromMillis(Instant.now().plus(settings.lease()).toEpochMilli());
  }

  @PreDestroy
  void close() {
    calls.cancel(null);
    threads.shutdownNow();
  }

  /** One training under way. */
  private final class Run implements TrainVersion.Watcher {
    private final String namespace;
    private Kept<StoredTraining> kept;
    private Instant written = Instant.now();
    private boolean told;

    Run(String namespace, Kept<StoredTraining> kept) {
      this.namespace = namespace;
      this.kept = kept;
    }

    void run() {
      try {
        // An instance that stopped between its last two writes has made the version already.
        Optional<ReaderVersion> made = records.version(namespace, kept.value().getVersion());
        finish(
            made.isPresent()
                ? made.get()
                : records.putVersion(namespace, trainVersion.train(namespace, kept.value(), this)));
      } catch (Refusal refusal) {
        fail(Refusal.reasonName(refusal.reason()), refusal.getMessage());
      } catch (StatusRuntimeException e) {
        fail(PeerFailure.reason(e), String.valueOf(e.getStatus().getDescription()));
      } catch (RuntimeException e) {
        LOG.error("the reader's training of {} failed", namespace, e);
        fail(Refusal.reasonName(Reason.REASON_INTERNAL), "internal error, see the log");
      }
    }

    @Override
    public void alive() {
      if (Instant.now().minus(settings.lease().dividedBy(3)).isAfter(written)) {
        write(kept.value().toBuilder());
      }
    }

    @Override
    public void replied(TrainReaderResponse reply) {
      StoredTraining.Builder next = kept.value().toBuilder();
      next.setCheckpoint(reply.getCheckpoint());
      next.getTrainingBuilder()
          .setStep(reply.getCheckpoint().getStep())
          .setSteps(reply.getSteps())
          .setLoss(reply.getLoss());
      if (!told || reply.getDone() || Instant.now().minus(WRITE_EVERY).isAfter(written)) {
        told = true;
        write(next);
      }
    }

    private void finish(ReaderVersion version) {
      boolean activated =
          kept.value().getActivateIfBetter()
              && version.getEvaluation().getBetter()
              && activate(version);
      if (!activated && records.active(namespace).isEmpty()) {
        records.putActive(namespace, ActiveReader.getDefaultInstance(), "");
      }
      reader.forget(namespace);
      StoredTraining.Builder next = kept.value().toBuilder().clearCheckpoint();
      next.getTrainingBuilder()
          .setState(TrainingState.TRAINING_STATE_SUCCEEDED)
          .setVersion(version.toBuilder().clearHead())
          .setActivated(activated);
      write(next);
    }

    private boolean activate(ReaderVersion version) {
      String etag = records.active(namespace).map(Kept::etag).orElse("");
      records.putActive(
          namespace,
          ActiveReader.newBuilder()
              .setVersion(version.getVersion())
              .setHead(version.getHead())
              .build(),
          etag);
      return true;
    }

    /** A failure that may pass leaves the training as it is: it is taken up again later. */
    private void fail(String reason, String message) {
      if (calls.isCancelled()
          || !(FINAL.contains(reason)
              || reason.equals(Refusal.reasonName(Reason.REASON_INTERNAL)))) {
        LOG.info("the reader's training of {} pauses: {}", namespace, message);
        return;
      }
      StoredTraining.Builder next = kept.value().toBuilder().clearCheckpoint();
      next.getTrainingBuilder()
          .setState(TrainingState.TRAINING_STATE_FAILED)
          .setErrorReason(reason)
          .setError(message);
      try {
        write(next);
      } catch (StatusRuntimeException e) {
        LOG.info("the reader's training of {} failed and is not kept: {}", namespace, message);
      }
    }

    private void write(StoredTraining.Builder next) {
      kept = records.putTraining(namespace, next.setLeaseEnd(leaseEnd()).build(), kept.etag());
      written = Instant.now();
    }
  }
}
