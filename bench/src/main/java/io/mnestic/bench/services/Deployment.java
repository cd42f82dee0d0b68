package io.mnestic.bench.services;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The services a command works with: those it started itself, or those that ran already. */
public final class Deployment implements AutoCloseable {
  private final Clients clients;
  private final @Nullable Services started;

  private Deployment(Clients clients, @Nullable Services started) {
    this.clients = clients;
    this.started = started;
  }

  static Deployment of(Clients running) {
    return new Deployment(running, null);
  }

  static Deployment of(Services started) {
    return new Deployment(started.clients(), started);
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
    } else {
      started.close();
    }
  }
}
