package io.mnestic.orchestrator;

import io.grpc.ManagedChannel;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.mnestic.orchestrator.fakes.FakeEncoder;
import io.mnestic.orchestrator.fakes.FakePeer;
import io.mnestic.orchestrator.fakes.FakeStore;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.wire.Channels;
import java.util.HashMap;
import java.util.Map;

/** The service between two fake peers, each on a port of its own. */
final class Running implements AutoCloseable {
  final FakeStore store = new FakeStore();
  final FakeEncoder encoder = new FakeEncoder();
  final FakePeer storePeer = new FakePeer(store);
  final FakePeer encoderPeer = new FakePeer(encoder);

  private final Map<String, Object> settings = new HashMap<>();
  private ApplicationContext context;
  private ManagedChannel channel;

  Running() {
    this(Map.of());
  }

  /** With further settings. */
  Running(Map<String, Object> further) {
    settings.putAll(
        Map.of(
            "grpc.server.port",
            0,
            "mnestic.orchestrator.store-target",
            storePeer.target(),
            "mnestic.orchestrator.encoder-target",
            encoderPeer.target(),
            "mnestic.orchestrator.backfill.interval",
            "100ms",
            "mnestic.orchestrator.backfill.encode-deadline",
            "3s"));
    settings.putAll(further);
    context = ApplicationContext.run(settings);
    channel = channel(context);
  }

  /** Ends the service as it is, and starts another one between the same peers. */
  void restart() {
    channel.shutdownNow();
    context.close();
    context = ApplicationContext.run(settings);
    channel = channel(context);
  }

  private static ManagedChannel channel(ApplicationContext context) {
    return Channels.plaintext(
        "127.0.0.1:" + context.getBean(GrpcEmbeddedServer.class).start().getPort());
  }

  OrchestratorServiceBlockingStub orchestrator() {
    return OrchestratorServiceGrpc.newBlockingStub(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    context.close();
    storePeer.close();
    encoderPeer.close();
  }
}
