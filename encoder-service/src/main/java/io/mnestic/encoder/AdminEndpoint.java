package io.mnestic.encoder;

import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.encode.ListModels;
import io.mnestic.encoder.v1.EncoderAdminServiceGrpc;
import io.mnestic.encoder.v1.LoadModelRequest;
import io.mnestic.encoder.v1.LoadModelResponse;
import io.mnestic.encoder.v1.UnloadModelRequest;
import io.mnestic.encoder.v1.UnloadModelResponse;
import jakarta.inject.Singleton;

/** EncoderAdminService on the wire. */
@Singleton
final class AdminEndpoint extends EncoderAdminServiceGrpc.EncoderAdminServiceImplBase {
  private final ListModels models;

  AdminEndpoint(ListModels models) {
    this.models = models;
  }

  @Override
  public void loadModel(LoadModelRequest request, StreamObserver<LoadModelResponse> reply) {
    reply.onNext(models.load(request));
    reply.onCompleted();
  }

  @Override
  public void unloadModel(UnloadModelRequest request, StreamObserver<UnloadModelResponse> reply) {
    reply.onNext(models.unload(request));
    reply.onCompleted();
  }
}
