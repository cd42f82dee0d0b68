package io.mnestic.orchestrator.window;

import java.util.List;

/**
 * Turns that go in together or not at all: one turn, or a call of tools and everything up to its
 * last result, since a chat model refuses one without the other.
 *
 * @param turns oldest first
 * @param whole false if it begins in turns that were not read
 */
public record Unit(List<WindowTurn> turns, boolean whole) {
  /** Tokens of all turns, with the overhead of each message. */
  public long cost(int tokensPerMessage) {
    return turns.stream().mapToLong(turn -> (long) turn.tokens() + tokensPerMessage).sum();
  }
}
