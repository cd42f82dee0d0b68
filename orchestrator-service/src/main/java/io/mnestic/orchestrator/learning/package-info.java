/**
 * The reader of a namespace: trained from feedback, kept in versions, ranking once it is active.
 */
@NullMarked
package io.mnestic.orchestrator.learning;

import org.jspecify.annotations.NullMarked;
