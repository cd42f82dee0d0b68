package io.mnestic.orchestrator.document;

import io.mnestic.orchestrator.turn.Pieces;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a document along its structure: blocks of one section stand together as long as they are
 * short, and a long block is cut between sentences.
 */
final class Chunker {
  /** About 300 tokens of English, which an encoder of 512 takes with title and headings. */
  static final int MOST_CHARS = 1_200;

  private final Parsed document;
  private final List<Chunk> chunks = new ArrayList<>();
  private final List<Block> open = new ArrayList<>();

  private Chunker(Parsed document) {
    this.document = document;
  }

  static List<Chunk> chunks(Parsed document) {
    Chunker chunker = new Chunker(document);
    document.blocks().forEach(chunker::add);
    chunker.flush();
    return chunker.chunks;
  }

  private void add(Block block) {
    boolean fits =
        !open.isEmpty()
            && block.follows(open.getLast())
            && open.stream().mapToInt(one -> one.text().length()).sum() + block.text().length()
                <= MOST_CHARS;
    if (!fits) {
      flush();
    }
    if (block.text().length() > MOST_CHARS) {
      parts(block).forEach(this::close);
    } else {
      open.add(block);
    }
  }

  private void flush() {
    if (open.isEmpty()) {
      return;
    }
    Block first = open.getFirst();
    int end = open.getLast().end();
    String text =
        document.verbatim()
            ? document.text().substring(first.start(), end)
            : String.join("\n\n", open.stream().map(Block::text).toList());
    close(new Block(first.section(), text, first.start(), end, first.page()));
    open.clear();
  }

  private void close(Block block) {
    chunks.add(new Chunk(block.section(), block.text(), block.start(), block.end(), block.page()));
  }

  private List<Block> parts(Block block) {
    List<Block> parts = new ArrayList<>();
    int start = 0;
    for (String piece : pieces(block.text())) {
      int from = document.verbatim() ? block.start() + start : block.start();
      int to = document.verbatim() ? from + piece.length() : block.end();
      start += piece.length();
      if (!piece.isBlank()) {
        parts.add(new Block(block.section(), piece, from, to, block.page()));
      }
    }
    return parts;
  }

  /** Consecutive pieces, as many whole sentences each as there is room for. */
  private static List<String> pieces(String text) {
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(text);
    List<String> pieces = new ArrayList<>();
    int start = 0;
    int last = 0;
    for (int end = sentences.next(); end != BreakIterator.DONE; end = sentences.next()) {
      if (end - start > MOST_CHARS && last > start) {
        pieces.add(text.substring(start, last));
        start = last;
      }
      last = end;
      if (last - start > MOST_CHARS) {
        pieces.addAll(Pieces.of(text.substring(start, last), MOST_CHARS));
        start = last;
      }
    }
    pieces.add(text.substring(start));
    return pieces;
  }
}
