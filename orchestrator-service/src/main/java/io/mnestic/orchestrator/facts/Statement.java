package io.mnestic.orchestrator.facts;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says of himself.
 *
 * @param slot two statements of one slot that differ can not both hold at a time
 * @param relation of subject and object, in words that stand between them
 * @param object as it was said
 * @param ended whether it is said to hold no longer
 * @param since when it began to hold, if that is said
 */
record Statement(
    String slot, String relation, String object, boolean ended, @Nullable Instant since) {
  /** Without case, articles and what stands around. */
  static String plain(String object) {
    return object
        .toLowerCase(Locale.ROOT)
        .replaceFirst("^(?:a|an|the|my|to)\\s+", "")
        .replaceAll("[\\s\\p{Punct}]+", " ")
        .strip();
  }
}
