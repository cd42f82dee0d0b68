package io.mnestic.bench.services;

import io.mnestic.memory.v1.GetNamespaceRequest;
import java.time.Duration;

/** Waits for vectors that the orchestrator fills in after it answered a write without them. */
public final class PendingVectors {
  private static final Duration POLL = Duration.ofMillis(50);

  private PendingVectors() {}

  /**
   * Waits until every memory of {@code namespace} has its vector.
   *
   * @throws ServiceFailure if some still lack theirs after {@code limit}
   */
  public static void await(Clients clients, String namespace, Duration limit) {
    GetNamespaceRequest request = GetNamespaceRequest.newBuilder().setNamespace(namespace).build();
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      long pending = clients.store().getNamespace(request).getNamespace().getUnencodedCount();
      if (pending == 0) {
        return;
      }
      if (System.nanoTime() - end > 0) {
        throw new ServiceFailure(
            "%d memories of %s still have no vector after %d s"
                .formatted(pending, namespace, limit.toSeconds()));
      }
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServiceFailure("interrupted while waiting for vectors");
      }
    }
  }
}
