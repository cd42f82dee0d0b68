package io.mnestic.memory;

import io.grpc.ManagedChannel;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.wire.Channels;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A store in this process on a port of its own, and a client of it. */
final class TestStore implements AutoCloseable {
  static final int DIMENSIONS = 4;

  private final ApplicationContext context;
  private final ManagedChannel channel;
  final MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub client;

  private TestStore(ApplicationContext context) {
    this.context = context;
    GrpcEmbeddedServer server = context.getBean(GrpcEmbeddedServer.class);
    server.start();
    this.channel = Channels.plaintext("127.0.0.1:" + server.getPort());
    this.client = MemoryStoreServiceGrpc.newBlockingStub(channel);
  }

  static TestStore start(Path data) {
    return start(data, Map.of());
  }

  /** With settings beside the data folder and the port. */
  static TestStore start(Path data, Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("grpc.server.port", 0);
    all.put("mnestic.store.data", data.toString());
    return new TestStore(ApplicationContext.run(all));
  }

  Namespace createNamespace(String name) {
    return createNamespace(name, DIMENSIONS);
  }

  Namespace createNamespace(String name, int dimensions) {
    return client
        .createNamespace(
            CreateNamespaceRequest.newBuilder()
                .setNamespace(
                    Namespace.newBuilder()
                        .setName(name)
                        .addVectorSpaces(
                            VectorSpace.newBuilder().setModel("m").setDimensions(dimensions)))
                .build())
        .getNamespace();
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Stops the store, as a client sees it. */
  void stop() {
    context.close();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    context.close();
  }
}
