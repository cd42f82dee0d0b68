package io.mnestic.bench.services;

import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The three services, or some of them, as processes of their own, on loopback. Closing stops them;
 * so does the end of this program, whatever ends it, other than SIGKILL.
 */
public final class Services implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration CTRL_C_GRACE = Duration.ofMillis(500);

  private final Path home = Home.find();
  private final Path data;
  private final Map<Service, Integer> ports;
  private final Map<Service, ServiceProcess> processes = new ConcurrentHashMap<>();
  private final Clients clients;
  private final Thread shutdownHook = new Thread(this::interrupted, "stop services");
  private final boolean temporary;
  private final Map<Service, Path> trained;
  private Duration startTime = Duration.ZERO;
  private @Nullable FolderLock held;
  private volatile boolean stopping;

  private Services(
      Path data, Map<Service, Integer> ports, boolean temporary, Map<Service, Path> trained) {
    this.trained = trained;
    this.data = data;
    this.temporary = temporary;
    this.ports = ports;
    Map<Service, String> targets = new EnumMap<>(Service.class);
    ports.keySet().forEach(service -> targets.put(service, address(service)));
    this.clients = new Clients(targets);
  }

  /**
   * Starts all three on free ports and waits until they are healthy.
   *
   * @param data folder for the store's files and the three logs; made if it is not there
   * @throws BadInput if other services use the folder
   * @throws ServiceFailure if one of them does not come up; then none is left behind
   */
  public static Services start(Path data) {
    return start(data, Set.of(Service.values()));
  }

  /** As {@link #start(Path)}, only some of them. */
  public static Services start(Path data, Set<Service> wanted) {
    return start(new Services(data, freePorts(wanted), false, Map.of()));
  }

  /** As {@link #start}, on a folder of their own that is deleted when they are closed. */
  static Services startOnTemporaryData(Set<Service> wanted) {
    try {
      return start(
          new Services(Files.createTempDirectory("mnestic-"), freePorts(wanted), true, Map.of()));
    } catch (IOException e) {
      throw new UncheckedIOException("can not make a temporary folder", e);
    }
  }

  /** As {@link #start}; when it stops, each service writes its start cache to the file given. */
  static Services startForTraining(Path data, Map<Service, Path> caches) {
    return start(new Services(data, freePorts(Set.of(Service.values())), false, caches));
  }

  /**
   * As {@link #start}, on given ports.
   *
   * @throws BadInput if something else listens on one of them
   */
  public static Services startOnPorts(Path data, Map<Service, Integer> ports) {
    ports.values().forEach(Services::requireFree);
    return start(new Services(data, new EnumMap<>(ports), false, Map.of()));
  }

  private static Services start(Services services) {
    Runtime.getRuntime().addShutdownHook(services.shutdownHook);
    try {
      // The store would refuse the folder as well, but seconds later and in its log.
      services.held =
          FolderLock.take(services.data)
              .orElseThrow(() ->
                  new BadInput(
                      "the data folder %s is in use by services that run already: stop those, or give another --data"
                          .formatted(services.data)));
      long begin = System.nanoTime();
      for (Service service : services.ports.keySet()) {
        services.launch(service);
      }
      services.awaitHealthy(new TreeSet<>(services.ports.keySet()));
      services.startTime = Duration.ofNanos(System.nanoTime() - begin);
      return services;
    } catch (IOException e) {
      services.close();
      throw new UncheckedIOException("can not use the folder " + services.data, e);
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

  /** Where a service listens. */
  public String address(Service service) {
    return "127.0.0.1:" + port(service);
  }

  /**
   * Waits until the services are stopped, and starts one again that ended by itself.
   *
   * @param tell is told of each such end and new start
   * @throws ServiceFailure if one does not come up again, with the end of its log
   */
  public void watch(Consumer<String> tell) throws InterruptedException {
    while (true) {
      for (Service service : ports.keySet()) {
        if (!process(service).isAlive()) {
          // Ctrl-C reaches all processes at once; it is no failure that they were quicker.
          Thread.sleep(CTRL_C_GRACE);
          if (stopping) {
            return;
          }
          tell.accept(service.module() + " ended by itself; starting it again");
          restart(service);
          tell.accept(service.module() + " is up again");
        }
      }
      Thread.sleep(POLL);
    }
  }

  /** A service's resident memory in bytes. */
  public long residentBytes(Service service) {
    return process(service).residentBytes();
  }

  /**
   * Checks that a service still runs in the process it was started as.
   *
   * @throws ServiceFailure if it has ended, with the end of its log
   */
  public void requireAlive(Service service) {
    if (!process(service).isAlive()) {
      throw process(service).failure("ended by itself");
    }
  }

  /** Ends a service with SIGKILL, as a crash would. */
  public void kill(Service service) {
    process(service).kill();
  }

  /** Starts a service that was killed, on the same port and data, and waits until it is healthy. */
  public void restart(Service service) {
    launch(service);
    awaitHealthy(new TreeSet<>(Set.of(service)));
  }

  private synchronized void launch(Service service) {
    if (stopping) {
      throw new ServiceFailure("stopped while the services were starting");
    }
    Path log = data.resolve(service.module() + ".log");
    @Nullable Path cache = trained.get(service);
    processes.put(
        service,
        cache == null
            ? ServiceProcess.start(service, home, log, settings(service))
            : ServiceProcess.train(service, home, log, settings(service), cache));
  }

  private List<String> settings(Service service) {
    String port = "-grpc.server.port=" + port(service);
    return switch (service) {
      case ENCODER -> List.of(port);
      case STORE -> List.of(port, "-mnestic.store.data=" + data.resolve("store"));
      case ORCHESTRATOR ->
          List.of(
              port,
              "-mnestic.orchestrator.store-target=" + address(Service.STORE),
              "-mnestic.orchestrator.encoder-target=" + address(Service.ENCODER));
    };
  }

  private void awaitHealthy(Set<Service> waiting) {
    int all = waiting.size();
    long end = System.nanoTime() + START_LIMIT.toNanos();
    try (Progress progress = Progress.of("Starting", "services", all)) {
      while (!waiting.isEmpty()) {
        for (Service service : Set.copyOf(waiting)) {
          if (listens(service) && clients.isHealthy(service)) {
            waiting.remove(service);
          } else if (stopping) {
            throw new ServiceFailure("stopped while the services were starting");
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

  /**
   * A refused connection costs next to nothing; a gRPC call costs the cores that services start on.
   */
  private boolean listens(Service service) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(service))) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
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

  private void interrupted() {
    if (!trained.isEmpty()) {
      // Nobody waits for a cache after Ctrl-C.
      processes.values().forEach(ServiceProcess::kill);
    }
    stopAll();
  }

  /** All are asked to stop before any is waited for. */
  private synchronized void stopAll() {
    stopping = true;
    clients.close();
    processes.values().forEach(ServiceProcess::askToStop);
    processes.values().forEach(ServiceProcess::awaitStop);
    if (held != null) {
      held.close();
    }
    if (temporary) {
      deleteData();
    }
  }

  private void deleteData() {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Deleted before: closing twice is no error.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("can not delete " + data, e);
    }
  }

  private static void requireFree(int port) {
    try {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    } catch (IOException e) {
      throw new BadInput(
          "port " + port + " of 127.0.0.1 is taken: stop what uses it, or give another --port");
    }
  }

  /** Ports are free when asked for; all are held until the last is known, so that they differ. */
  private static Map<Service, Integer> freePorts(Set<Service> wanted) {
    Map<Service, Integer> ports = new EnumMap<>(Service.class);
    Map<Service, ServerSocket> held = new EnumMap<>(Service.class);
    try {
      for (Service service : wanted) {
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
