package io.mnestic.memory.log;

/** Sets of memories that are kept apart, so that listing one costs no scan of the others. */
public enum MemorySet {
  /** Every memory. */
  ALL,
  /** Pinned memories. */
  PINNED,
  /** Memories without a {@code key} vector. */
  UNENCODED,
  /** Memories without token vectors. */
  TOKENLESS
}
