package io.mnestic.orchestrator.turn;

import java.util.ArrayList;
import java.util.List;

/** Consecutive pieces of a text that is longer than one call takes; together they are the text. */
public final class Pieces {
  /** Characters (UTF-16) of the longest piece: at most 1 MiB as UTF-8, whatever it holds. */
  static final int MOST_CHARS = (1 << 20) / 3;

  private Pieces() {}

  /** Pieces of the most that one call takes. */
  public static List<String> of(String text) {
    return of(text, MOST_CHARS);
  }

  /**
   * Splits at white space where there is some in a piece's last half.
   *
   * @param mostChars of a piece, at least 2
   */
  public static List<String> of(String text, int mostChars) {
    if (text.length() <= mostChars) {
      return List.of(text);
    }
    List<String> pieces = new ArrayList<>();
    int start = 0;
    while (text.length() - start > mostChars) {
      int end = end(text, start, mostChars);
      pieces.add(text.substring(start, end));
      start = end;
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  private static int end(String text, int start, int mostChars) {
    int most = start + mostChars;
    for (int end = most; end > start + mostChars / 2; end--) {
      if (Character.isWhitespace(text.charAt(end))) {
        return end;
      }
    }
    return Character.isLowSurrogate(text.charAt(most)) ? most - 1 : most;
  }
}
