/**
 * Evidence recall: on conversations in LoCoMo's format (Maharana et al., ACL 2024), and on two sets
 * of our own.
 */
@NullMarked
package io.mnestic.bench.recall;

import org.jspecify.annotations.NullMarked;
