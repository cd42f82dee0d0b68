package io.mnestic.wire;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Who answers which call of a service. */
public final class CallTable {
  private final ServerServiceDefinition.Builder calls;

  /** A table without calls. */
  public CallTable(ServiceDescriptor service) {
    this.calls = ServerServiceDefinition.builder(service);
  }

  /** One request, one answer. A refusal is thrown past this and mapped by the interceptor. */
  public <Q, R> CallTable unary(MethodDescriptor<Q, R> method, Function<Q, R> answer) {
    return add(
        method,
        ServerCalls.asyncUnaryCall((request, observer) -> {
          observer.onNext(answer.apply(request));
          observer.onCompleted();
        }));
  }

  /** One request, answers that go on after this returned. */
  public <Q, R> CallTable serverStream(
      MethodDescriptor<Q, R> method, BiConsumer<Q, ServerCallStreamObserver<R>> answer) {
    return add(
        method,
        ServerCalls.asyncServerStreamingCall(
            (request, observer) -> answer.accept(request, (ServerCallStreamObserver<R>) observer)));
  }

  /** Requests and answers in any order. */
  public <Q, R> CallTable stream(
      MethodDescriptor<Q, R> method,
      Function<ServerCallStreamObserver<R>, StreamObserver<Q>> open) {
    return add(
        method,
        ServerCalls.asyncBidiStreamingCall(
            observer -> open.apply((ServerCallStreamObserver<R>) observer)));
  }

  /**
   * The table as gRPC has it.
   *
   * @throws IllegalStateException if a call of the service has nobody who answers it
   */
  public ServerServiceDefinition build() {
    return calls.build();
  }

  private <Q, R> CallTable add(MethodDescriptor<Q, R> method, ServerCallHandler<Q, R> handler) {
    calls.addMethod(method, handler);
    return this;
  }
}
