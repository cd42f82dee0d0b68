package io.mnestic.orchestrator.compaction;

/**
 * A summary.
 *
 * @param extract sentences as they were said: the evidence, and what is matched
 * @param told what is given back: the extract, or a language model's words for it
 */
record Summary(String extract, String told) {}
