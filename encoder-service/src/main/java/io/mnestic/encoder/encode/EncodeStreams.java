package io.mnestic.encoder.encode;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.v1.EncodeStreamRequest;
import io.mnestic.encoder.v1.EncodeStreamResponse;
import io.mnestic.wire.RequestRules;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Opens the calls of EncodeStream, each of whose requests has a thread while it is under way. */
@Singleton
public final class EncodeStreams {
  private final EncodeTexts encodeTexts;
  private final RequestRules rules;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  EncodeStreams(EncodeTexts encodeTexts, RequestRules rules) {
    this.encodeTexts = encodeTexts;
    this.rules = rules;
  }

  /** The requests' side of a call. */
  public StreamObserver<EncodeStreamRequest> open(
      ServerCallStreamObserver<EncodeStreamResponse> caller) {
    return new EncodeStream(encodeTexts, rules, caller, threads).start();
  }

  @PreDestroy
  void close() {
    threads.shutdownNow();
  }
}
