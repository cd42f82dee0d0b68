package io.mnestic.orchestrator.document;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plain text: its paragraphs stand between blank lines. */
final class TextReader implements DocumentReader {
  private static final Pattern BETWEEN = Pattern.compile("\\R[ \\t]*+\\R\\s*+");

  @Override
  public Parsed read(byte[] content) {
    String text = Characters.of(content);
    return new Parsed("", text, paragraphs(text, 0, text.length(), List.of(), 0), true);
  }

  /** The paragraphs of a part of a text, without white space around them. */
  static List<Block> paragraphs(String text, int from, int to, List<String> section, int page) {
    List<Block> blocks = new ArrayList<>();
    Matcher between = BETWEEN.matcher(text).region(from, to);
    int start = from;
    while (between.find()) {
      add(blocks, text, start, between.start(), section, page);
      start = between.end();
    }
    add(blocks, text, start, to, section, page);
    return blocks;
  }

  private static void add(
      List<Block> blocks, String text, int from, int to, List<String> section, int page) {
    int start = from;
    int end = to;
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    if (start < end) {
      blocks.add(new Block(section, text.substring(start, end), start, end, page));
    }
  }
}
