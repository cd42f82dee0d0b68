package io.mnestic.memory.index;

import io.mnestic.store.v1.LogEntry;

/** One namespace's index. Searches run beside the one thread that applies entries. */
public interface NamespaceIndex extends AutoCloseable {
  /** The log position up to which entries were applied; 0 for none. */
  long appliedPosition();

  /** The revision of the last applied entry; 0 for none. */
  long appliedRevision();

  /**
   * Applies the entry that follows the applied position. Applying one again does no harm. A search
   * sees all of an entry or nothing.
   */
  void apply(LogEntry entry);

  /** Whether entries were applied since the last commit. */
  boolean uncommitted();

  /** Makes what was applied durable, with its position. */
  void commit();

  /** Whether it failed for good: it then has to be abandoned, and opened again. */
  boolean broken();

  /**
   * One state for several questions.
   *
   * @param minRevision that it has at least, which was applied
   */
  IndexReading reading(long minRevision);

  /**
   * The state of a revision, with the scores that a search had then.
   *
   * @param revision one that was applied
   */
  IndexReading past(long revision, Superseded superseded);

  /** Finds memories. Sees at least the revision that the query asks for, once it was applied. */
  default IndexAnswer search(IndexQuery query) {
    try (IndexReading reading = reading(query.minRevision())) {
      return reading.search(query);
    }
  }

  /** Commits and closes, even if committing fails; searches under way end undisturbed. */
  @Override
  void close();

  /** Closes without committing, because the index is broken or going to be deleted. */
  void abandon();
}
