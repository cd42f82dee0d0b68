package io.mnestic.orchestrator.fakes;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.encoder.v1.ReadRequest;
import io.mnestic.encoder.v1.ReadResponse;
import io.mnestic.encoder.v1.ReaderCheckpoint;
import io.mnestic.encoder.v1.ReaderServiceGrpc.ReaderServiceImplBase;
import io.mnestic.encoder.v1.TrainReaderRequest;
import io.mnestic.encoder.v1.TrainReaderResponse;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * A reader whose training turns all weights around, step by step, and that reads by lanes alone.
 */
public final class FakeReader extends ReaderServiceImplBase {
  public static final int STEPS = 10;

  /** The trainings that were asked for. */
  public final List<TrainReaderRequest> trainings = new CopyOnWriteArrayList<>();

  /** Trainings stop at this step until it is raised. */
  public volatile int untilStep = STEPS;

  /** Whether trainings diverge, and whether what they learn is what the base knew. */
  public volatile boolean diverges;

  public volatile boolean learnsNothing;

  @Override
  public void trainReader(
      TrainReaderRequest request, StreamObserver<TrainReaderResponse> observer) {
    trainings.add(request);
    ServerCallStreamObserver<TrainReaderResponse> caller =
        (ServerCallStreamObserver<TrainReaderResponse>) observer;
    if (diverges) {
      observer.onError(
          Refusal.of(Reason.REASON_TRAINING_DIVERGED, "the loss was NaN").toStatusException());
      return;
    }
    for (int step = request.getResume().getStep() + 1; step <= STEPS; step++) {
      while (step > untilStep && !caller.isCancelled()) {
        LockSupport.parkNanos(1_000_000);
      }
      if (caller.isCancelled()) {
        return;
      }
      observer.onNext(
          TrainReaderResponse.newBuilder()
              .setCheckpoint(
                  ReaderCheckpoint.newBuilder()
                      .setStep(step)
                      .setHead(learnsNothing ? request.getBase() : turned(request.getBase())))
              .setSteps(STEPS)
              .setExamplesUsed(request.getExamplesCount())
              .setDone(step == STEPS)
              .build());
    }
    observer.onCompleted();
  }

  @Override
  public void read(ReadRequest request, StreamObserver<ReadResponse> observer) {
    int lanes = request.getHead().getLanesCount();
    ReadResponse.Builder reply = ReadResponse.newBuilder();
    for (int from = 0; from < request.getLanesCount(); from += lanes) {
      float score = 0;
      for (int lane = 0; lane < lanes; lane++) {
        score += request.getLanes(from + lane) * request.getHead().getWeights(lane);
      }
      reply.addScores(score);
    }
    observer.onNext(reply.build());
    observer.onCompleted();
  }

  private static ReadHead turned(ReadHead head) {
    ReadHead.Builder turned = head.toBuilder().clearWeights();
    head.getWeightsList().forEach(weight -> turned.addWeights(-weight));
    return turned.build();
  }
}
