package io.mnestic.memory.indexing;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.MemoryIndex;
import io.mnestic.memory.index.NamespaceIndex;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The indexes that are open, each lent to any number of users at once. */
public final class OpenIndexes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenIndexes.class);

  private final MemoryIndex index;
  private final IndexingSettings settings;
  private final Map<Long, Slot> slots = new HashMap<>();
  private final Set<Long> dropped = new HashSet<>();
  private boolean closed;

  /** Opens indexes when they are first used. */
  public OpenIndexes(MemoryIndex index, IndexingSettings settings) {
    this.index = index;
    this.settings = settings;
  }

  /**
   * Lends a namespace's index, opening it if need be. One that broke is opened again from its last
   * commit, once those who use it are done.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND if it was dropped, STORE_UNAVAILABLE while shutting down
   */
  public synchronized Lease lease(StoredNamespace namespace) {
    long uid = namespace.getUid();
    Slot slot = sound(namespace);
    if (slot == null) {
      closeOldest(settings.maxOpen() - 1);
      int dimensions = namespace.getNamespace().getVectorSpaces(0).getDimensions();
      slot = new Slot(uid, index.open(uid, dimensions));
      slots.put(uid, slot);
    }
    slot.leases++;
    return new Lease(slot);
  }

  /** Deletes a namespace's index, once those who use it are done. */
  public synchronized void drop(long uid) {
    dropped.add(uid);
    Slot slot = slots.get(uid);
    if (slot == null) {
      index.delete(uid);
    } else if (slot.leases == 0) {
      abandon(slot);
    }
  }

  /** Commits what changed and closes what is no longer used. */
  void tidy() {
    for (Lease lease : changed()) {
      try (lease) {
        lease.index().commit();
      } catch (Throwable e) {
        LOG.error("an index could not be committed", e);
      }
    }
  }

  /** Commits and closes all; whoever uses one still is waited for. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    while (slots.values().stream().anyMatch(slot -> slot.leases > 0)) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    List.copyOf(slots.values()).forEach(this::close);
  }

  private @Nullable Slot sound(StoredNamespace namespace) {
    while (true) {
      if (closed) {
        throw Refusal.of(Reason.REASON_STORE_UNAVAILABLE, "the store is shutting down");
      }
      if (dropped.contains(namespace.getUid())) {
        throw Refusal.of(
                Reason.REASON_NAMESPACE_NOT_FOUND,
                "the namespace '" + namespace.getNamespace().getName() + "' was deleted")
            .withField("namespace");
      }
      Slot slot = slots.get(namespace.getUid());
      if (slot == null || !slot.index.broken()) {
        return slot;
      }
      try {
        while (slot.leases > 0) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      }
      if (slots.get(slot.uid) == slot) {
        abandon(slot);
      }
    }
  }

  private synchronized List<Lease> changed() {
    List<Lease> changed = new ArrayList<>();
    if (closed) {
      return changed;
    }
    for (Slot slot : List.copyOf(slots.values())) {
      if (slot.leases == 0 && slot.idleNanos() > settings.idleClose().toNanos()) {
        close(slot);
      } else if (slot.index.uncommitted() && !dropped.contains(slot.uid)) {
        slot.leases++;
        changed.add(new Lease(slot));
      }
    }
    return changed;
  }

  private void closeOldest(int keep) {
    List<Slot> free =
        slots.values().stream()
            .filter(slot -> slot.leases == 0)
            .sorted(Comparator.comparingLong(Slot::idleNanos).reversed())
            .toList();
    for (Slot slot : free) {
      if (slots.size() <= keep) {
        return;
      }
      close(slot);
    }
  }

  private synchronized void giveBack(Slot slot) {
    slot.leases--;
    slot.lastUsed = System.nanoTime();
    try {
      if (slot.leases == 0 && (dropped.contains(slot.uid) || slot.index.broken())) {
        abandon(slot);
      }
    } finally {
      notifyAll();
    }
  }

  /** What can not be committed is applied again when the index is next opened. */
  private void close(Slot slot) {
    slots.remove(slot.uid);
    try {
      slot.index.close();
    } catch (Throwable e) {
      LOG.error("the index of namespace {} was closed without its last changes", slot.uid, e);
    }
  }

  private void abandon(Slot slot) {
    slots.remove(slot.uid);
    try {
      slot.index.abandon();
    } catch (Throwable e) {
      LOG.error("the index of namespace {} could not be closed properly", slot.uid, e);
    }
    if (dropped.contains(slot.uid)) {
      index.delete(slot.uid);
    }
  }

  private static final class Slot {
    final long uid;
    final NamespaceIndex index;
    int leases;
    long lastUsed = System.nanoTime();

    Slot(long uid, NamespaceIndex index) {
      this.uid = uid;
      this.index = index;
    }

    long idleNanos() {
      return System.nanoTime() - lastUsed;
    }
  }

  /** The use of an index, to be closed when done. */
  public final class Lease implements AutoCloseable {
    private @Nullable Slot slot;

    private Lease(Slot slot) {
      this.slot = slot;
    }

    /** The index, open until this is closed. */
    public NamespaceIndex index() {
      if (slot == null) {
        throw new IllegalStateException("the index was given back");
      }
      return slot.index;
    }

    @Override
    public void close() {
      if (slot != null) {
        giveBack(slot);
        slot = null;
      }
    }
  }
}
