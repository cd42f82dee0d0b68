package io.mnestic.memory;

import io.grpc.ManagedChannel;
import io.mnestic.memory.v1.ListNamespacesRequest;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.wire.Channels;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The store as a process of its own, on a port of its own. */
final class StoreProcess implements AutoCloseable {
  final MemoryStoreServiceBlockingStub client;
  final Process process;
  final ManagedChannel channel;

  private StoreProcess(Process process, ManagedChannel channel) {
    this.process = process;
    this.channel = channel;
    this.client = MemoryStoreServiceGrpc.newBlockingStub(channel);
  }

  static StoreProcess start(Path data, String commitInterval)
      throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "-grpc.server.port=" + port,
            "-mnestic.store.data=" + data,
            "-mnestic.store.indexing.commit-interval=" + commitInterval));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(new File(data.toFile(), "store.log"))
            .start();
    StoreProcess running = new StoreProcess(process, Channels.plaintext("127.0.0.1:" + port));
    MemoryStoreServiceBlockingStub patient =
        running.client.withWaitForReady().withDeadlineAfter(60, TimeUnit.SECONDS);
    patient.listNamespaces(ListNamespacesRequest.getDefaultInstance());
    return running;
  }

  /** With SIGKILL. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
    channel.shutdownNow();
  }
}
