/** Vectors for what was written while the encoder was away. */
@NullMarked
package io.mnestic.orchestrator.backfill;

import org.jspecify.annotations.NullMarked;
