package io.mnestic.orchestrator;

import io.grpc.stub.StreamObserver;
import io.mnestic.orchestrator.learning.FollowTraining;
import io.mnestic.orchestrator.learning.ReaderVersions;
import io.mnestic.orchestrator.v1.ActivateReaderVersionRequest;
import io.mnestic.orchestrator.v1.ActivateReaderVersionResponse;
import io.mnestic.orchestrator.v1.CancelReaderTrainingRequest;
import io.mnestic.orchestrator.v1.CancelReaderTrainingResponse;
import io.mnestic.orchestrator.v1.GetReaderTrainingRequest;
import io.mnestic.orchestrator.v1.GetReaderTrainingResponse;
import io.mnestic.orchestrator.v1.LearningServiceGrpc;
import io.mnestic.orchestrator.v1.ListReaderVersionsRequest;
import io.mnestic.orchestrator.v1.ListReaderVersionsResponse;
import io.mnestic.orchestrator.v1.TrainReaderRequest;
import io.mnestic.orchestrator.v1.TrainReaderResponse;
import jakarta.inject.Singleton;

/** LearningService on the wire. */
@Singleton
final class LearningEndpoint extends LearningServiceGrpc.LearningServiceImplBase {
  private final FollowTraining training;
  private final ReaderVersions versions;

  LearningEndpoint(FollowTraining training, ReaderVersions versions) {
    this.training = training;
    this.versions = versions;
  }

  @Override
  public void trainReader(TrainReaderRequest request, StreamObserver<TrainReaderResponse> reply) {
    training.train(
        request, now -> reply.onNext(TrainReaderResponse.newBuilder().setTraining(now).build()));
    reply.onCompleted();
  }

  @Override
  public void getReaderTraining(
      GetReaderTrainingRequest request, StreamObserver<GetReaderTrainingResponse> reply) {
    answer(
        reply,
        GetReaderTrainingResponse.newBuilder()
            .setTraining(training.get(request.getNamespace()))
            .build());
  }

  @Override
  public void cancelReaderTraining(
      CancelReaderTrainingRequest request, StreamObserver<CancelReaderTrainingResponse> reply) {
    answer(
        reply,
        CancelReaderTrainingResponse.newBuilder()
            .setTraining(training.cancel(request.getNamespace()))
            .build());
  }

  @Override
  public void listReaderVersions(
      ListReaderVersionsRequest request, StreamObserver<ListReaderVersionsResponse> reply) {
    answer(reply, versions.list(request));
  }

  @Override
  public void activateReaderVersion(
      ActivateReaderVersionRequest request, StreamObserver<ActivateReaderVersionResponse> reply) {
    answer(reply, versions.activate(request));
  }

  private static <T> void answer(StreamObserver<T> observer, T reply) {
    observer.onNext(reply);
    observer.onCompleted();
  }
}
