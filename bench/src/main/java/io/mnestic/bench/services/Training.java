package io.mnestic.bench.services;

import io.mnestic.memory.v1.Kind;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.RememberRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the services' {@link StartCache}s: one run of all three, some calls, and the JVM writes the
 * cache when it stops. A cache appears under its name only when it is whole and a JVM has taken it,
 * so an interrupted training leaves nothing that a start would use.
 */
public final class Training {
  private static final String NAMESPACE = "training";
  private static final String SESSION = "training";
  private static final int WRITES = 100;

  // Enough that the JVM compiles what a context runs: it then does so at once after a start.
  private static final int CONTEXTS = 1_000;
  private static final int BUDGET = 1_000;

  private final Path home;
  private final Path folder;

  private Training(Path home) {
    this.home = home;
    this.folder = StartCache.folder(home);
  }

  /**
   * Makes the caches that are not there, and deletes those of earlier builds.
   *
   * @return false if another training is at work
   * @throws ServiceFailure if a service does not start, or its JVM writes no cache it can use
   */
  public static boolean run() {
    return new Training(Home.find()).locked();
  }

  private boolean locked() {
    try (@Nullable FolderLock lock = FolderLock.take(folder).orElse(null)) {
      if (lock == null) {
        return false;
      }
      if (!Stream.of(Service.values()).allMatch(service -> cache(service).isThere())) {
        train();
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("can not use the folder " + folder, e);
    }
  }

  private void train() throws IOException {
    Path work = Files.createTempDirectory(folder, "training-");
    try {
      Map<Service, Path> made = new EnumMap<>(Service.class);
      for (Service service : Service.values()) {
        made.put(service, work.resolve(service.module() + ".aot"));
      }
      try (Services services = Services.startForTraining(work.resolve("data"), made)) {
        use(services.clients());
      }
      for (Map.Entry<Service, Path> entry : made.entrySet()) {
        ServiceProcess.requireUsable(entry.getKey(), home, entry.getValue());
        Files.move(
            entry.getValue(),
            cache(entry.getKey()).file(),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      deleteAllButCaches();
    }
  }

  /** What a service does first, so that those methods are in the profile too. */
  private static void use(Clients clients) {
    clients
        .orchestrator()
        .createSession(
            CreateSessionRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setSessionId(SESSION)
                .setCreateNamespace(true)
                .build());
    for (int i = 0; i < WRITES; i++) {
      clients
          .orchestrator()
          .appendTurns(
              AppendTurnsRequest.newBuilder()
                  .setNamespace(NAMESPACE)
                  .setSessionId(SESSION)
                  .addTurns(NewTurn.newBuilder().setContent("We leave for Lund on day " + i + "."))
                  .build());
      clients
          .orchestrator()
          .remember(
              RememberRequest.newBuilder()
                  .setNamespace(NAMESPACE)
                  .setKind(Kind.KIND_FACT)
                  .setKey("Day " + i + " is a holiday.")
                  .build());
    }
    for (int i = 0; i < CONTEXTS; i++) {
      clients
          .orchestrator()
          .assembleContext(
              AssembleContextRequest.newBuilder()
                  .setNamespace(NAMESPACE)
                  .setSessionId(SESSION)
                  .setQuery("When do we leave for Lund on day " + i % WRITES + "?")
                  .setBudgetTokens(BUDGET)
                  .build());
    }
  }

  private StartCache cache(Service service) {
    return ServiceProcess.cache(service, home);
  }

  private void deleteAllButCaches() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(folder) && !isKept(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private boolean isKept(Path file) {
    return file.equals(folder.resolve(FolderLock.FILE))
        || Stream.of(Service.values()).anyMatch(service -> cache(service).file().equals(file));
  }
}
