package io.mnestic.bench.services;

import io.mnestic.bench.report.BadInput;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which services a command works with. */
public final class ServiceOptions {
  @Option(
      names = "--orchestrator",
      paramLabel = "HOST:PORT",
      description = {
        "Use services that run already; this one is at HOST:PORT (127.0.0.1:7430).",
        "Without any such option the command starts services of its own."
      })
  private @Nullable String orchestrator;

  @Option(
      names = "--store",
      paramLabel = "HOST:PORT",
      description = "As above, for memory-store-service (127.0.0.1:7432).")
  private @Nullable String store;

  @Option(
      names = "--encoder",
      paramLabel = "HOST:PORT",
      description = "As above, for encoder-service (127.0.0.1:7431).")
  private @Nullable String encoder;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder for the data of services that are started here. Default: a temporary one.")
  private @Nullable Path data;

  /** Finds or starts the services, and waits until they are healthy. */
  public Deployment open() {
    return open(Set.of(Service.values()));
  }

  /** As {@link #open()}, for a command that needs only these. */
  public Deployment open(Set<Service> wanted) {
    if (orchestrator == null && store == null && encoder == null) {
      return Deployment.of(
          data == null ? Services.startOnTemporaryData(wanted) : Services.start(data, wanted));
    }
    Map<Service, String> targets = new EnumMap<>(Service.class);
    wanted.forEach(service -> targets.put(service, orDefault(given(service), service)));
    Clients clients = new Clients(targets);
    targets.forEach((service, target) -> requireHealthy(clients, service, target));
    return Deployment.of(clients);
  }

  /**
   * Where data of services that are started here goes; the system's temporary folder by default.
   */
  public Path dataFolder() {
    return data == null ? Path.of(System.getProperty("java.io.tmpdir")) : data;
  }

  private static void requireHealthy(Clients clients, Service service, String target) {
    if (!clients.isHealthy(service)) {
      clients.close();
      throw new BadInput(
          "%s does not serve at %s: start it (./mnestic up), or give its address with --%s, or give no address to start services here"
              .formatted(service.module(), target, optionOf(service)));
    }
  }

  private @Nullable String given(Service service) {
    return switch (service) {
      case ORCHESTRATOR -> orchestrator;
      case STORE -> store;
      case ENCODER -> encoder;
    };
  }

  private static String optionOf(Service service) {
    return switch (service) {
      case ORCHESTRATOR -> "orchestrator";
      case STORE -> "store";
      case ENCODER -> "encoder";
    };
  }

  private static String orDefault(@Nullable String target, Service service) {
    return target == null ? service.defaultTarget() : target;
  }
}
