package io.mnestic.orchestrator.document;

import java.util.List;

/**
 * What becomes one memory.
 *
 * @param section the headings above it, outermost first
 * @param text what it says
 * @param start where it begins in the document's text, in UTF-16 units
 * @param end where it ends there, exclusive
 * @param page it begins on, from 1; 0 where there are no pages
 */
record Chunk(List<String> section, String text, int start, int end, int page) {}
