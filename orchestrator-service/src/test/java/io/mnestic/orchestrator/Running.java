package io.mnestic.orchestrator;

import io.grpc.ManagedChannel;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.mnestic.orchestrator.fakes.FakeEncoder;
import io.mnestic.orchestrator.fakes.FakePeer;
import io.mnestic.orchestrator.fakes.FakeReader;
import io.mnestic.orchestrator.fakes.FakeStore;
import io.mnestic.orchestrator.v1.LearningServiceGrpc;
import io.mnestic.orchestrator.v1.LearningServiceGrpc.LearningServiceBlockingStub;
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
  final FakeReader reader = new FakeReader();
  final FakePeer encoderPeer = new FakePeer(encoder, reader);

  private final Map<String, Object> settings = new HashMap<>();
  private ApplicationContext context;
  private ManagedChannel channel;

  Running() {
    this(Map.of());
  }

  /** With further settings. */
  Running(Map<String, Object> further) {
    settings.put("grpc.server.port", 0);
    settings.put("mnestic.orchestrator.store-target", storePeer.target());
    settings.put("mnestic.orchestrator.encoder-target", encoderPeer.target());
    settings.put("mnestic.orchestrator.backfill.interval", "100ms");
    settings.put("mnestic.orchestrator.backfill.encode-deadline", "3s");
    settings.put("mnestic.orchestrator.learning.resume-interval", "100ms");
    settings.put("mnestic.orchestrator.learning.lease", "1s");
    settings.putAll(further);
    context = ApplicationContext.run(settings);
    channel = connect(context);
  }

  /** Ends the service as it is, and starts another one between the same peers. */
  void restart() {
    channel.shutdownNow();
    context.close();
    context = ApplicationContext.run(settings);
    channel = connect(context);
  }

  private static ManagedChannel connect(ApplicationContext context) {
    return Channels.plaintext(
        "127.0.0.1:" + context.getBean(GrpcEmbeddedServer.class).start().getPort());
  }

  LearningServiceBlockingStub learning() {
    return LearningServiceGrpc.newBlockingStub(channel);
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
