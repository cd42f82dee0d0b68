package io.mnestic.orchestrator.document;

import java.util.List;

/**
 * A piece of a document that its structure holds together: a paragraph, an item of a list, a table.
 *
 * @param section the headings above it, outermost first
 * @param text what it says
 * @param start where it begins in the document's text, in UTF-16 units
 * @param end where it ends there, exclusive
 * @param page from 1; 0 where there are no pages
 */
record Block(List<String> section, String text, int start, int end, int page) {
  Block {
    section = List.copyOf(section);
  }

  boolean follows(Block other) {
    return section.equals(other.section);
  }
}
