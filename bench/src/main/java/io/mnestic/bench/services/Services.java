package io.mnestic.bench.services;

import io.mnestic.bench.report.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The three services as three processes of their own, on loopback. Closing stops them; so does the
 * end of this program, whatever ends it, other than SIGKILL.
 */
public final class Services implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Path home = Home.find();
  private final Path data;
  private final Map<Service, Integer> ports = new EnumMap<>(Service.class);
  private final Map<Service, ServiceProcess> processes = new EnumMap<>(Service.class);
  private final Clients clients;
  private final Thread shutdownHook = new Thread(this::stopAll, "stop services");
  private Duration startTime = Duration.ZERO;

  private Services(Path data, Map<Service, Integer> ports) {
    this.data = data;
    this.ports.putAll(ports);
    Map<Service, String> targets = new EnumMap<>(Service.class);
    ports.forEach((service, port) -> targets.put(service, "127.0.0.1:" + port));
    this.clients = new Clients(targets);
  }

  /** Starts all three on free ports, otherwise as {@link #start(Path, Map)}. */
  public static Services start(Path data) {
    return start(data, freePorts());
  }

  /**
   * Starts all three and waits until they are healthy.
   *
   * @param data folder for the store's files and the three logs; made if it is not there
   * @param ports where each listens
   * @throws ServiceFailure if one of them does not come up; then none is left behind
   */
  public static Services start(Path data, Map<Service, Integer> ports) {
    Services services = new Services(data, ports);
    Runtime.getRuntime().addShutdownHook(services.shutdownHook);
    try {
      Files.createDirectories(data);
      long begin = System.nanoTime();
      Set.of(Service.values()).forEach(services::launch);
      services.awaitHealthy(new TreeSet<>(Set.of(Service.values())));
      services.startTime = Duration.ofNanos(System.nanoTime() - begin);
      return services;
    } catch (IOException e) {
      services.close();
      throw new UncheckedIOException("can not use the folder " + data, e);
    } catch (RuntimeException e) {
      services.close();
      throw e;
    }
  }

  /** Clients of these services; closed with them. */
  public Clients clients() {
    return clients;
  }

  /** From the first process's start until all were healthy. */
  public Duration startTime() {
    return startTime;
  }

  /** A service's resident memory in bytes. */
  public long residentBytes(Service service) {
    return process(service).residentBytes();
  }

  /** Ends a service with SIGKILL, as a crash would. */
  public void kill(Service service) {
    process(service).kill();
  }

  /** Services that are no longer running, although nobody stopped them. */
  synchronized List<Service> ended() {
    return processes.entrySet().stream()
        .filter(process -> !process.getValue().isAlive())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Where a service writes its log. */
  Path log(Service service) {
    return data.resolve(service.module() + ".log");
  }

  /** Starts a service that was killed, on the same port and data, and waits until it is healthy. */
  public void restart(Service service) {
    launch(service);
    awaitHealthy(new TreeSet<>(Set.of(service)));
  }

  private synchronized void launch(Service service) {
    processes.put(service, ServiceProcess.start(service, home, log(service), settings(service)));
  }

  private List<String> settings(Service service) {
    String port = "-grpc.server.port=" + port(service);
    return switch (service) {
      case ENCODER -> List.of(port);
      case STORE -> List.of(port, "-mnestic.store.data=" + data.resolve("store"));
      case ORCHESTRATOR ->
          List.of(
              port,
              "-mnestic.orchestrator.store-target=127.0.0.1:" + port(Service.STORE),
              "-mnestic.orchestrator.encoder-target=127.0.0.1:" + port(Service.ENCODER));
    };
  }

  private void awaitHealthy(Set<Service> waiting) {
    int all = waiting.size();
    long end = System.nanoTime() + START_LIMIT.toNanos();
    try (Progress progress = Progress.of("Starting", "services", all)) {
      while (!waiting.isEmpty()) {
        for (Service service : Set.copyOf(waiting)) {
          if (clients.isHealthy(service)) {
            waiting.remove(service);
          } else if (!process(service).isAlive()) {
            throw process(service).failure("stopped before it was healthy");
          } else if (System.nanoTime() - end > 0) {
            throw process(service)
                .failure("was not healthy after " + START_LIMIT.toSeconds() + " s");
          }
        }
        progress.stepTo(all - waiting.size());
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceFailure("interrupted while the services were starting");
    }
  }

  private ServiceProcess process(Service service) {
    ServiceProcess process = processes.get(service);
    if (process == null) {
      throw new IllegalStateException(service.module() + " was not started");
    }
    return process;
  }

  private int port(Service service) {
    return ports.getOrDefault(service, 0);
  }

  @Override
  public void close() {
    stopAll();
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // The program is ending: the hook is running or has run.
      return;
    }
  }

  /** The orchestrator first, so that it does not see the others go. */
  private synchronized void stopAll() {
    clients.close();
    for (Service service : List.of(Service.ORCHESTRATOR, Service.ENCODER, Service.STORE)) {
      ServiceProcess process = processes.remove(service);
      if (process != null) {
        process.stop();
      }
    }
  }

  /** Ports are free when asked for; all are held until the last is known, so that they differ. */
  private static Map<Service, Integer> freePorts() {
    Map<Service, Integer> ports = new EnumMap<>(Service.class);
    Map<Service, ServerSocket> held = new EnumMap<>(Service.class);
    try {
      for (Service service : Service.values()) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.put(service, socket);
        ports.put(service, socket.getLocalPort());
      }
      for (ServerSocket socket : held.values()) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on loopback", e);
    }
    return ports;
  }
}
