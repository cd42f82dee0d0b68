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
import org.jspecify.annotations.Nullable;

/** The indexes that are open, each lent to any number of users at once. */
public final class OpenIndexes implements AutoCloseable {
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
   * Lends a namespace's index, opening it if need be.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND if it was dropped, STORE_UNAVAILABLE while shutting down
   */
  public synchronized Lease lease(StoredNamespace namespace) {
    long uid = namespace.getUid();
    if (closed) {
      throw Refusal.of(Reason.REASON_STORE_UNAVAILABLE, "the store is shutting down");
    }
    if (dropped.contains(uid)) {
      throw Refusal.of(
              Reason.REASON_NAMESPACE_NOT_FOUND,
              "the namespace '" + namespace.getNamespace().getName() + "' was deleted")
          .withField("namespace");
    }
    Slot slot = slots.get(uid);
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
    List<Lease> changed = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      for (Slot slot : List.copyOf(slots.values())) {
        if (slot.leases == 0 && slot.idleNanos() > settings.idleClose().toNanos()) {
          slots.remove(slot.uid);
          slot.index.close();
        } else if (slot.index.uncommitted() && !dropped.contains(slot.uid)) {
          slot.leases++;
          changed.add(new Lease(slot));
        }
      }
    }
    for (Lease lease : changed) {
      try (lease) {
        lease.index().commit();
      }
    }
  }

  /** Commits and closes all; whoever uses one still is waited for. */
  @Override
  public synchronized void close() {
    closed = true;
    while (slots.values().stream().anyMatch(slot -> slot.leases > 0)) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    slots.values().forEach(slot -> slot.index.close());
    slots.clear();
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
      slots.remove(slot.uid);
      slot.index.close();
    }
  }

  private synchronized void giveBack(Slot slot) {
    slot.leases--;
    slot.lastUsed = System.nanoTime();
    if (slot.leases == 0 && dropped.contains(slot.uid)) {
      abandon(slot);
    }
    notifyAll();
  }

  private void abandon(Slot slot) {
    slots.remove(slot.uid);
    slot.index.abandon();
    index.delete(slot.uid);
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
