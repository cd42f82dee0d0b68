package io.mnestic.bench.report;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.WCWidth;

/** Text measured in terminal columns: a Chinese character takes two, a combining mark none. */
public final class Width {
  private Width() {}

  /** Columns that {@code text} takes. */
  public static int of(String text) {
    return text.codePoints().map(WCWidth::wcwidth).map(columns -> Math.max(columns, 0)).sum();
  }

  /** {@code text} with spaces behind it, at least {@code columns} wide. */
  static String padEnd(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - of(text)));
  }

  /** {@code text} with spaces before it, at least {@code columns} wide. */
  static String padStart(String text, int columns) {
    return " ".repeat(Math.max(0, columns - of(text))) + text;
  }

  /** {@code text} on one line of at most {@code columns}, with an ellipsis where it was cut. */
  public static String shorten(String text, int columns) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (of(line) <= columns) {
      return line;
    }
    StringBuilder head = new StringBuilder();
    int used = 1;
    for (int codePoint : line.codePoints().toArray()) {
      used += Math.max(WCWidth.wcwidth(codePoint), 0);
      if (used > columns) {
        break;
      }
      head.appendCodePoint(codePoint);
    }
    return head.toString().stripTrailing() + "…";
  }

  /** {@code text} as lines of at most {@code columns}; a word that is longer keeps a line alone. */
  public static List<String> wrap(String text, int columns) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.strip().split("\\R", -1)) {
      wrapParagraph(paragraph, columns, lines);
    }
    return lines;
  }

  private static void wrapParagraph(String paragraph, int columns, List<String> lines) {
    BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
    breaks.setText(paragraph);
    StringBuilder line = new StringBuilder();
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
      String piece = paragraph.substring(start, end);
      if (!line.isEmpty() && of(line + piece.stripTrailing()) > columns) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
      }
      line.append(piece);
    }
    lines.add(line.toString().stripTrailing());
  }
}
