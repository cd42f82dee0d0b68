package io.mnestic.orchestrator.compaction;

/**
 * A sentence that may go into a summary.
 *
 * @param speaker who says it; empty where the text says so itself
 * @param text without white space around it
 * @param source index of the text that it is from
 */
record Sentence(String speaker, String text, int source) {
  /** As it is compared with others: who speaks matters to what is said. */
  String spoken() {
    return speaker.isEmpty() ? text : speaker + ": " + text;
  }
}
