package io.mnestic.orchestrator.window;

import io.mnestic.memory.v1.Memory;

/**
 * A summary of turns of one session.
 *
 * @param memory of kind EPISODE, without vectors
 * @param first position in the session of the first turn that it tells of
 * @param last position of the last one
 */
public record Episode(Memory memory, long first, long last) {
  /** Whether it tells of the turn at this position. */
  public boolean tellsOf(long sequence) {
    return first <= sequence && sequence <= last;
  }
}
