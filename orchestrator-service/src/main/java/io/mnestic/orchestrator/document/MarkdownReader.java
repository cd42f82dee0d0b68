package io.mnestic.orchestrator.document;

import java.util.ArrayList;
import java.util.List;
import org.commonmark.node.Heading;
import org.commonmark.node.ListBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.TextContentRenderer;

/** Markdown (CommonMark): its blocks as they are written, under its headings. */
final class MarkdownReader implements DocumentReader {
  private final Parser parser =
      Parser.builder()
          .includeSourceSpans(IncludeSourceSpans.BLOCKS)
          .maxOpenBlockParsers(100)
          .build();
  private final TextContentRenderer plain = TextContentRenderer.builder().build();

  @Override
  public Parsed read(byte[] content) {
    String text = Characters.of(content);
    Headings headings = new Headings();
    List<Block> blocks = new ArrayList<>();
    String title = "";
    for (Node node = parser.parse(text).getFirstChild(); node != null; node = node.getNext()) {
      if (node instanceof Heading heading) {
        String heard = plain.render(heading).strip();
        title = title.isEmpty() && heading.getLevel() == 1 ? heard : title;
        headings.enter(heading.getLevel(), heard);
      } else if (node instanceof ListBlock) {
        for (Node item = node.getFirstChild(); item != null; item = item.getNext()) {
          add(blocks, text, item, headings);
        }
      } else if (!(node instanceof ThematicBreak)) {
        add(blocks, text, node, headings);
      }
    }
    return new Parsed(title, text, blocks, true);
  }

  private static void add(List<Block> blocks, String text, Node node, Headings headings) {
    List<SourceSpan> spans = node.getSourceSpans();
    if (spans.isEmpty()) {
      return;
    }
    SourceSpan last = spans.getLast();
    blocks.addAll(
        wholeBlock(
            text,
            spans.getFirst().getInputIndex(),
            last.getInputIndex() + last.getLength(),
            headings));
  }

  private static List<Block> wholeBlock(String text, int start, int end, Headings headings) {
    String written = text.substring(start, end);
    return written.isBlank()
        ? List.of()
        : List.of(new Block(headings.path(), written, start, end, 0));
  }
}
