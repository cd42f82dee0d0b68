package io.mnestic.orchestrator.compaction;

/**
 * A text to be summarised.
 *
 * @param speaker who says it; empty where the text says so itself
 */
record Utterance(String speaker, String text) {}
