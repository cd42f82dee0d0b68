/** Exact token counts by the caller's tokenizer. */
@NullMarked
package io.mnestic.orchestrator.tokens;

import org.jspecify.annotations.NullMarked;
