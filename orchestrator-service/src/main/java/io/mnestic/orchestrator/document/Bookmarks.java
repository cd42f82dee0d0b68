package io.mnestic.orchestrator.document;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineNode;

/** A PDF's outline: which titles each page stands under. */
final class Bookmarks {
  private static final int MOST_DEPTH = 6;
  private static final int MOST_ITEMS = 10_000;

  private final TreeMap<Integer, List<String>> byPage = new TreeMap<>();
  private final Headings headings = new Headings();
  private int items;

  private Bookmarks() {}

  static Bookmarks of(PDDocument document) throws IOException {
    Bookmarks bookmarks = new Bookmarks();
    PDDocumentOutline outline = document.getDocumentCatalog().getDocumentOutline();
    if (outline != null) {
      bookmarks.add(document, outline, 1);
    }
    return bookmarks;
  }

  /** The titles that a page, from 1, stands under, outermost first. */
  List<String> above(int page) {
    Map.Entry<Integer, List<String>> last = byPage.floorEntry(page);
    return last == null ? List.of() : last.getValue();
  }

  private void add(PDDocument document, PDOutlineNode parent, int depth) throws IOException {
    for (PDOutlineItem item : parent.children()) {
      // An outline may be a circle.
      if (depth > MOST_DEPTH || ++items > MOST_ITEMS) {
        return;
      }
      String title = item.getTitle();
      headings.enter(depth, title == null ? "" : title);
      PDPage page = item.findDestinationPage(document);
      if (page != null) {
        byPage.putIfAbsent(document.getPages().indexOf(page) + 1, headings.path());
      }
      add(document, item, depth + 1);
    }
  }
}
