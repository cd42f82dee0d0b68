package io.mnestic.orchestrator.fakes;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.mnestic.wire.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A service on a port that stays the same while the service is down. */
public final class FakePeer implements AutoCloseable {
  private final BindableService service;
  private int port;
  private @Nullable Server server;

  public FakePeer(BindableService service) {
    this.service = service;
    start();
  }

  public String target() {
    return "127.0.0.1:" + port;
  }

  public void start() {
    try {
      server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .maxInboundMessageSize(64 << 20)
              .addService(service)
              .build()
              .start();
      port = server.getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void stop() {
    if (server != null) {
      try {
        server.shutdownNow().awaitTermination();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      server = null;
    }
  }

  @Override
  public void close() {
    stop();
  }

  static <T> void answer(StreamObserver<T> observer, Supplier<T> call) {
    T reply;
    try {
      reply = call.get();
    } catch (Refusal refusal) {
      observer.onError(refusal.toStatusException());
      return;
    }
    observer.onNext(reply);
    observer.onCompleted();
  }
}
