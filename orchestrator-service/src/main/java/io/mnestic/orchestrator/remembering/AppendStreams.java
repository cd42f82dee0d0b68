package io.mnestic.orchestrator.remembering;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.orchestrator.v1.AppendTurnsStreamRequest;
import io.mnestic.orchestrator.v1.AppendTurnsStreamResponse;
import io.mnestic.wire.RequestRules;
import jakarta.inject.Singleton;

/** Opens streams of appends. */
@Singleton
public final class AppendStreams {
  private final AppendTurns appendTurns;
  private final RequestRules rules;

  AppendStreams(AppendTurns appendTurns, RequestRules rules) {
    this.appendTurns = appendTurns;
    this.rules = rules;
  }

  /** What takes a caller's appends, until the caller is done. */
  public StreamObserver<AppendTurnsStreamRequest> open(
      StreamObserver<AppendTurnsStreamResponse> caller) {
    return new AppendStream(
            appendTurns, rules, (ServerCallStreamObserver<AppendTurnsStreamResponse>) caller)
        .start();
  }
}
