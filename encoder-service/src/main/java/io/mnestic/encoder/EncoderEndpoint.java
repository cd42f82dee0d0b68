package io.mnestic.encoder;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.encode.CountTokens;
import io.mnestic.encoder.encode.EncodeStreams;
import io.mnestic.encoder.encode.EncodeTexts;
import io.mnestic.encoder.encode.ListModels;
import io.mnestic.encoder.encode.RerankTexts;
import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.CountTokensResponse;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.EncodeStreamRequest;
import io.mnestic.encoder.v1.EncodeStreamResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc;
import io.mnestic.encoder.v1.ListModelsRequest;
import io.mnestic.encoder.v1.ListModelsResponse;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import jakarta.inject.Singleton;

/** EncoderService on the wire. */
@Singleton
final class EncoderEndpoint extends EncoderServiceGrpc.EncoderServiceImplBase {
  private final EncodeTexts encodeTexts;
  private final EncodeStreams encodeStreams;
  private final RerankTexts rerankTexts;
  private final CountTokens countTokens;
  private final ListModels listModels;

  EncoderEndpoint(
      EncodeTexts encodeTexts,
      EncodeStreams encodeStreams,
      RerankTexts rerankTexts,
      CountTokens countTokens,
      ListModels listModels) {
    this.encodeTexts = encodeTexts;
    this.encodeStreams = encodeStreams;
    this.rerankTexts = rerankTexts;
    this.countTokens = countTokens;
    this.listModels = listModels;
  }

  @Override
  public void encode(EncodeRequest request, StreamObserver<EncodeResponse> reply) {
    answer(reply, encodeTexts.encode(request));
  }

  @Override
  public StreamObserver<EncodeStreamRequest> encodeStream(
      StreamObserver<EncodeStreamResponse> replies) {
    return encodeStreams.open((ServerCallStreamObserver<EncodeStreamResponse>) replies);
  }

  @Override
  public void rerank(RerankRequest request, StreamObserver<RerankResponse> reply) {
    answer(reply, rerankTexts.rerank(request));
  }

  @Override
  public void countTokens(CountTokensRequest request, StreamObserver<CountTokensResponse> reply) {
    answer(reply, countTokens.count(request));
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> reply) {
    answer(reply, listModels.list());
  }

  private static <R> void answer(StreamObserver<R> reply, R response) {
    reply.onNext(response);
    reply.onCompleted();
  }
}
