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

  private final ApplicationContext context;
  private final ManagedChannel channel;

  Running() {
    this(Map.of());
  }

  /** With these settings beside those of every test. */
  Running(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("grpc.server.port", 0);
    all.put("mnestic.orchestrator.store-target", storePeer.target());
    all.put("mnestic.orchestrator.encoder-target", encoderPeer.target());
    all.put("mnestic.orchestrator.backfill.interval", "100ms");
    all.put("mnestic.orchestrator.backfill.encode-deadline", "3s");
    context = ApplicationContext.run(all);
    channel =
        Channels.plaintext(
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
