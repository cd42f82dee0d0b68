package io.mnestic.memory.log;

import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The truth: each namespace's changes in order, durable before they are acknowledged, and the state
 * that follows from them. Safe for use by many threads.
 */
public interface MemoryLog extends AutoCloseable {
  /**
   * Applies a change, waits until it is on disk, and gives back its result. Changes are applied one
   * after the other, and those that wait are made durable together; each is all or none, whatever
   * becomes of the others.
   *
   * @param bytes about how much it writes, for bounding the group and the queue
   * @throws io.mnestic.wire.Refusal the change's own, OVERLOADED if the queue is full,
   *     STORAGE_EXHAUSTED if the disk refuses (then nothing of it is kept), STORE_UNAVAILABLE while
   *     shutting down
   */
  <R> R commit(int bytes, Change<R> change);

  /** The state as of now; unaffected by later changes. To be closed. */
  LogView view();

  /**
   * The state for a read as of a moment: a time that has come sees every change that may yet be
   * committed with an earlier one, so that reading it again sees the same.
   */
  default LogView view(Moment moment) {
    if (moment.time() != null) {
      // Changes commit in order, and times never go back.
      var _ = commit(1, draft -> true);
    }
    return view();
  }

  /**
   * The entries that follow a position, oldest first.
   *
   * @param maxEntries at most so many
   * @param maxBytes no further entry once they are this large together
   */
  List<LogEntry> entriesAfter(long uid, long position, int maxEntries, int maxBytes);

  /** Calls {@code listener} with each namespace whose log grew, after its callers were answered. */
  void listen(Consumer<StoredNamespace> listener);

  /** Calls {@code listener} with the number of each namespace that was deleted, after that. */
  void onDrop(LongConsumer listener);

  /** Finishes what was accepted, refuses the rest, and closes the files. */
  @Override
  void close();
}
