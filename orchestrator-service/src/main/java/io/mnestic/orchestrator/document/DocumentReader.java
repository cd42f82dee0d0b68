package io.mnestic.orchestrator.document;

/** Reads one format. */
interface DocumentReader {
  /**
   * Reads a file.
   *
   * @throws io.mnestic.wire.Refusal DOCUMENT_UNREADABLE that says what is wrong with it
   */
  Parsed read(byte[] content);
}
