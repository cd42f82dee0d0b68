package io.mnestic.bench.services;

import io.mnestic.bench.report.BadInput;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the three services until it is told to stop, and starts one again that ends by itself. */
@Command(
    name = "up",
    description = "Starts the three services on this machine and runs them until Ctrl-C.",
    mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
  private static final Duration WATCH = Duration.ofMillis(500);
  private static final int MOST_PORT = 65_535;

  private final PrintWriter out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "Folder for all data and the services' logs. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("data");

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7430",
      description =
          "Port of orchestrator-service; the encoder takes the next, the store the one after."
              + " Default: ${DEFAULT-VALUE}.")
  private int port;

  /** A command that writes to {@code out}. */
  public UpCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    Map<Service, Integer> ports = ports();
    try (Services services = Services.start(data, ports)) {
      out.printf(
          "Mnestic is up after %.1f s, data and logs in %s%n",
          services.startTime().toMillis() / 1_000.0, data);
      ports.forEach((service, at) -> out.printf("  %-22s 127.0.0.1:%d%n", service.module(), at));
      out.println("Ctrl-C stops all three.");
      while (true) {
        Thread.sleep(WATCH);
        for (Service ended : services.ended()) {
          out.printf(
              "%s ended; starting it again (its log: %s)%n", ended.module(), services.log(ended));
          services.restart(ended);
          out.printf("%s is up again%n", ended.module());
        }
      }
    }
  }

  private Map<Service, Integer> ports() {
    if (port < 1 || port + 2 > MOST_PORT) {
      throw new BadInput("--port must be 1 to " + (MOST_PORT - 2));
    }
    Map<Service, Integer> ports = new EnumMap<>(Service.class);
    ports.put(Service.ORCHESTRATOR, port);
    ports.put(Service.ENCODER, port + 1);
    ports.put(Service.STORE, port + 2);
    ports.values().forEach(UpCommand::requireFree);
    return ports;
  }

  private static void requireFree(int port) {
    try {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    } catch (IOException e) {
      throw new BadInput(
          "port " + port + " of 127.0.0.1 is taken: stop what uses it, or give another --port");
    }
  }
}
