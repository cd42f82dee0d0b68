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

/** A store as a process of its own, and a client of it. */
final class StoreProcess implements AutoCloseable {
  final MemoryStoreServiceBlockingStub client;
  private final Process process;
  final ManagedChannel channel;

  private StoreProcess(Process process, ManagedChannel channel) {
    this.process = process;
    this.channel = channel;
    this.client = MemoryStoreServiceGrpc.newBlockingStub(channel);
  }

  /** Starts it on {@code data}, with settings such as {@code -key=value}, and waits for it. */
  static StoreProcess start(Path data, List<String> settings) throws IOException {
    return start(data, List.of(), settings);
  }

  /**
   * As {@link #start(Path, List)}, through another command.
   *
   * @param through a command that ends by executing its further arguments in its own process
   */
  static StoreProcess start(Path data, List<String> through, List<String> settings)
      throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>(through);
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
            "-mnestic.store.data=" + data));
    command.addAll(settings);
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

  boolean isAlive() {
    return process.isAlive();
  }

  /** A file as the process sees it, whose mounts may be its own. */
  Path seenByIt(Path file) {
    return Path.of("/proc", Long.toString(process.pid()), "root").resolve("." + file);
  }

  /** Ends it with SIGKILL. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
    channel.shutdownNow();
  }
}
