package io.mnestic.orchestrator.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.Range;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/** HTML: the text of its block elements, under its headings, with where each lies in the file. */
final class HtmlReader implements DocumentReader {
  @Override
  public Parsed read(byte[] content) {
    String source = Characters.ofHtml(content);
    Document document = Jsoup.parse(source, "", Parser.htmlParser().setTrackPosition(true));
    Blocks blocks = new Blocks();
    document.body().select("script, style, noscript, template, nav, [hidden]").remove();
    NodeTraversor.traverse(blocks, document.body());
    blocks.flush();
    return new Parsed(document.title(), source, blocks.read, false);
  }

  /** Gathers text until a block element begins or ends. */
  private static final class Blocks implements NodeVisitor {
    private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");
    private static final Set<String> BREAKS = Set.of("br", "hr");
    private static final Set<String> CELLS = Set.of("td", "th");

    private final List<Block> read = new ArrayList<>();
    private final Headings headings = new Headings();
    private final StringBuilder text = new StringBuilder();
    private int start = -1;
    private int end;

    @Override
    public void head(Node node, int depth) {
      if (node instanceof TextNode words) {
        add(words);
      } else if (node instanceof Element element) {
        if (BREAKS.contains(element.normalName())) {
          text.append('\n');
        } else if (element.isBlock() && !CELLS.contains(element.normalName())) {
          flush();
        }
      }
    }

    @Override
    public void tail(Node node, int depth) {
      if (!(node instanceof Element element)) {
        return;
      }
      String name = element.normalName();
      if (HEADINGS.contains(name)) {
        headings.enter(name.charAt(1) - '0', text.toString());
        clear();
      } else if (CELLS.contains(name)) {
        text.append(" | ");
      } else if (element.isBlock()) {
        flush();
      }
    }

    void flush() {
      String said = said();
      if (!said.isEmpty()) {
        read.add(new Block(headings.path(), said, Math.max(0, start), end, 0));
      }
      clear();
    }

    private void add(TextNode words) {
      Element parent = words.parent();
      boolean preserved = parent != null && parent.closest("pre") != null;
      text.append(preserved ? words.getWholeText() : words.text());
      Range range = words.sourceRange();
      if (range.isTracked() && !words.isBlank()) {
        start = start < 0 ? range.startPos() : start;
        end = range.endPos();
      }
    }

    private String said() {
      String said = text.toString().strip();
      return said.endsWith("|") ? said.substring(0, said.length() - 1).strip() : said;
    }

    private void clear() {
      text.setLength(0);
      start = -1;
    }
  }
}
