package io.mnestic.orchestrator.turn;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits texts into sentences, in any script that Unicode's sentence boundaries (UAX 29) know,
 * Chinese included.
 */
public final class Sentences {
  /** A longer sentence is a list or a listing; a piece of it is as good as another. */
  private static final int MOST_CHARS = 400;

  private Sentences() {}

  /** The sentences of a text that have a word in them, in order. */
  public static List<String> of(String text) {
    List<String> sentences = new ArrayList<>();
    for (String line : text.lines().toList()) {
      BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
      breaks.setText(line);
      int start = breaks.first();
      for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
        addWorded(line.substring(start, end), sentences);
        start = end;
      }
    }
    return sentences;
  }

  private static void addWorded(String sentence, List<String> sentences) {
    for (String piece : Pieces.of(sentence.strip(), MOST_CHARS)) {
      if (piece.codePoints().anyMatch(Character::isLetterOrDigit)) {
        sentences.add(piece.strip());
      }
    }
  }
}
