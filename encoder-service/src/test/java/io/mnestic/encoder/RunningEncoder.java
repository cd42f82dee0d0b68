package io.mnestic.encoder;

import io.grpc.ManagedChannel;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.mnestic.encoder.v1.EncoderServiceGrpc;
import io.mnestic.encoder.v1.ListModelsRequest;
import io.mnestic.encoder.v1.Model;
import io.mnestic.wire.Channels;
import java.util.Map;
import java.util.TreeMap;

/** The real service on a free port of loopback, and a channel to it. */
final class RunningEncoder implements AutoCloseable {
  private final ApplicationContext context;
  private final ManagedChannel channel;

  private RunningEncoder(Map<String, Object> settings) {
    Map<String, Object> all = new TreeMap<>(settings);
    all.put("grpc.server.port", 0);
    context = ApplicationContext.run(all);
    GrpcEmbeddedServer server = context.getBean(GrpcEmbeddedServer.class);
    server.start();
    channel = Channels.plaintext("127.0.0.1:" + server.getPort());
  }

  static RunningEncoder start() {
    return start(Map.of());
  }

  static RunningEncoder start(Map<String, Object> settings) {
    return new RunningEncoder(settings);
  }

  ManagedChannel channel() {
    return channel;
  }

  EncoderServiceGrpc.EncoderServiceBlockingStub stub() {
    return EncoderServiceGrpc.newBlockingStub(channel);
  }

  /** A model as the service lists it. */
  Model model(String name) {
    return stub().listModels(ListModelsRequest.getDefaultInstance()).getModelsList().stream()
        .filter(model -> model.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    context.close();
  }
}
