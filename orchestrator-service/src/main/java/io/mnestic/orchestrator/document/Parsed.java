package io.mnestic.orchestrator.document;

import java.util.List;

/**
 * A document that was read.
 *
 * @param title that it gives itself, or empty
 * @param text that offsets are counted in: of a PDF what was extracted, otherwise the file's own
 * @param blocks in order
 * @param verbatim whether each block's text is the part of {@code text} that it lies at
 */
record Parsed(String title, String text, List<Block> blocks, boolean verbatim) {
  Parsed {
    blocks = List.copyOf(blocks);
  }
}
