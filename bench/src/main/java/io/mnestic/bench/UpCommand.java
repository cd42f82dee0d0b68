package io.mnestic.bench;

import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Table;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code up}: the three services on this machine, until Ctrl-C. */
@Command(
    name = "up",
    description = {
      "Starts the three services on this machine, on loopback, and stops them on Ctrl-C.",
      "One that ends by itself is started again; exit code 1 if it does not come up."
    },
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private static final int MOST_PORT = 65_535;

  private final PrintWriter out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for the memories and the logs. Default: ./data")
  private Path data = Path.of("data");

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7430",
      description =
          "Port of orchestrator-service; the encoder's is the next, the store's the one after."
              + " Default: ${DEFAULT-VALUE}")
  private int port;

  UpCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path folder = data.toAbsolutePath();
    try (Services services = Services.startOnPorts(folder, ports())) {
      Table table = Table.withWords(2, "service", "address");
      for (Service service : Service.values()) {
        table.row(service.module(), services.address(service));
      }
      out.print(table);
      out.printf(
          Locale.ROOT,
          "%nHealthy after %.1f s. Memories and logs are in %s. Ctrl-C stops all three.%n",
          services.startTime().toMillis() / 1000.0,
          folder);
      out.flush();
      services.watch(line -> {
        out.println(line);
        out.flush();
      });
    }
    return ExitCode.OK;
  }

  private Map<Service, Integer> ports() {
    if (port < 1 || port + 2 > MOST_PORT) {
      throw new BadInput("--port must be 1 to " + (MOST_PORT - 2));
    }
    return Map.of(Service.ORCHESTRATOR, port, Service.ENCODER, port + 1, Service.STORE, port + 2);
  }
}
