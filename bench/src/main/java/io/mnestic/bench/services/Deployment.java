package io.mnestic.bench.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The services a command works with: those it started itself, or those that ran already. */
public final class Deployment implements AutoCloseable {
  private final Clients clients;
  private final @Nullable Services started;
  private final @Nullable Path temporaryData;

  private Deployment(Clients clients, @Nullable Services started, @Nullable Path temporaryData) {
    this.clients = clients;
    this.started = started;
    this.temporaryData = temporaryData;
  }

  static Deployment of(Clients running) {
    return new Deployment(running, null, null);
  }

  static Deployment startedOn(Path data) {
    Services services = Services.start(data);
    return new Deployment(services.clients(), services, null);
  }

  /** Starts services on a folder that is deleted at the end, unless they do not come up. */
  static Deployment startedOnTemporaryData() {
    try {
      Path data = Files.createTempDirectory("mnestic-");
      Services services = Services.start(data);
      return new Deployment(services.clients(), services, data);
    } catch (IOException e) {
      throw new UncheckedIOException("can not make a temporary folder", e);
    }
  }

  /** Clients of the three services. */
  public Clients clients() {
    return clients;
  }

  /** The processes, when the command started them itself. */
  public Optional<Services> started() {
    return Optional.ofNullable(started);
  }

  @Override
  public void close() {
    if (started == null) {
      clients.close();
      return;
    }
    started.close();
    if (temporaryData != null) {
      deleteTree(temporaryData);
    }
  }

  private static void deleteTree(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can not delete " + folder, e);
    }
  }
}
