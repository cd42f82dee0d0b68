package io.mnestic.memory.index;

import java.util.OptionalLong;
import java.util.Set;

/**
 * What finds memories: one index a namespace, derived from its log and rebuilt from it whenever
 * lost. Safe for use by many threads.
 */
public interface MemoryIndex {
  /**
   * Opens a namespace's index, empty if there is none that can be used. One at a time: close it
   * before opening it again.
   *
   * @param dimensions length of its vectors
   */
  NamespaceIndex open(long uid, int dimensions);

  /**
   * The log position that the stored index of a namespace has; empty if there is none. One that is
   * damaged or of another format is removed.
   */
  OptionalLong storedPosition(long uid);

  /** Removes a closed index from disk. */
  void delete(long uid);

  /** Numbers of the namespaces that have an index on disk. */
  Set<Long> stored();
}
