package io.mnestic.encoder;

import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.encode.CountTokens;
import io.mnestic.encoder.encode.EncodeTexts;
import io.mnestic.encoder.encode.ListModels;
import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.CountTokensResponse;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc;
import io.mnestic.encoder.v1.ListModelsRequest;
import io.mnestic.encoder.v1.ListModelsResponse;
import jakarta.inject.Singleton;

/** EncoderService on the wire. */
@Singleton
final class EncoderEndpoint extends EncoderServiceGrpc.EncoderServiceImplBase {
  private final EncodeTexts encodeTexts;
  private final CountTokens countTokens;
  private final ListModels listModels;

  EncoderEndpoint(EncodeTexts encodeTexts, CountTokens countTokens, ListModels listModels) {
    this.encodeTexts = encodeTexts;
    this.countTokens = countTokens;
    this.listModels = listModels;
  }

  @Override
  public void encode(EncodeRequest request, StreamObserver<EncodeResponse> reply) {
    reply.onNext(encodeTexts.encode(request));
    reply.onCompleted();
  }

  @Override
  public void countTokens(CountTokensRequest request, StreamObserver<CountTokensResponse> reply) {
    reply.onNext(countTokens.count(request));
    reply.onCompleted();
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> reply) {
    reply.onNext(listModels.list());
    reply.onCompleted();
  }
}
