package io.mnestic.bench;

import io.mnestic.bench.report.Table;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code up}: the three services on this machine, until Ctrl-C. */
@Command(
    name = "up",
    description = {
      "Starts the three services on this machine, on loopback, and stops them on Ctrl-C.",
      "Exit code 1 if one of them does not start, or stops by itself."
    },
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private final PrintWriter out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for the memories and the logs. Default: ./data")
  private Path data = Path.of("data");

  UpCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path folder = data.toAbsolutePath();
    try (Services services = Services.startOnDefaultPorts(folder)) {
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
      services.watch();
    }
    return ExitCode.OK;
  }
}
