package io.mnestic.encoder;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.neural.reader.ReadMemories;
import io.mnestic.encoder.neural.reader.TrainReader;
import io.mnestic.encoder.v1.ReadRequest;
import io.mnestic.encoder.v1.ReadResponse;
import io.mnestic.encoder.v1.ReaderServiceGrpc;
import io.mnestic.encoder.v1.TrainReaderRequest;
import io.mnestic.encoder.v1.TrainReaderResponse;
import jakarta.inject.Singleton;

/** ReaderService on the wire. */
@Singleton
final class ReaderEndpoint extends ReaderServiceGrpc.ReaderServiceImplBase {
  private final TrainReader trainReader;
  private final ReadMemories readMemories;

  ReaderEndpoint(TrainReader trainReader, ReadMemories readMemories) {
    this.trainReader = trainReader;
    this.readMemories = readMemories;
  }

  @Override
  public void trainReader(TrainReaderRequest request, StreamObserver<TrainReaderResponse> reply) {
    trainReader.train(request, (ServerCallStreamObserver<TrainReaderResponse>) reply);
  }

  @Override
  public void read(ReadRequest request, StreamObserver<ReadResponse> reply) {
    reply.onNext(readMemories.read(request));
    reply.onCompleted();
  }
}
