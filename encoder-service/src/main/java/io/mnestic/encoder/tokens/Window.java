package io.mnestic.encoder.tokens;

import io.mnestic.encoder.v1.Overflow;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a text that one vector sees.
 *
 * @param from first token
 * @param to token after the last
 * @param startChar first character, in Unicode code points of the text
 * @param endChar character after the last
 */
public record Window(int from, int to, int startChar, int endChar) {
  private static final int OVERLAP_PARTS = 10;

  /**
   * The windows of a text, never none. With PASSAGES they cover the whole text, each as long as
   * allowed and evenly spread, neighbours sharing at least a tenth; with TRUNCATE there is one.
   *
   * @param capacity most tokens of a window
   */
  public static List<Window> of(Tokens tokens, int capacity, Overflow overflow) {
    int surplus = tokens.count() - capacity;
    if (surplus <= 0) {
      return List.of(between(tokens, 0, tokens.count()));
    }
    if (overflow != Overflow.OVERFLOW_PASSAGES) {
      return List.of(between(tokens, 0, capacity));
    }
    int widestStep = capacity - Math.ceilDiv(capacity, OVERLAP_PARTS);
    int steps = Math.ceilDiv(surplus, Math.max(1, widestStep));
    List<Window> windows = new ArrayList<>(steps + 1);
    for (int i = 0; i <= steps; i++) {
      int from = Math.toIntExact((long) surplus * i / steps);
      windows.add(between(tokens, from, from + capacity));
    }
    return windows;
  }

  private static Window between(Tokens tokens, int from, int to) {
    int start = from == 0 ? 0 : tokens.start(from);
    int end =
        to == tokens.count() ? tokens.characters() : Math.max(tokens.end(to - 1), tokens.start(to));
    return new Window(from, to, start, end);
  }

  /** How many tokens it has. */
  public int size() {
    return to - from;
  }
}
