package io.mnestic.memory.index;

import io.mnestic.memory.v1.Memory;
import java.util.function.Consumer;

/** Where an index gets the memories that a revision saw and that it no longer has. */
@FunctionalInterface
public interface Superseded {
  /**
   * Gives the memories that the searched revision saw and that later ones ended, with vectors.
   *
   * @param head up to which revision they were ended: what the index has now
   */
  void upTo(long head, Consumer<Memory> into);
}
