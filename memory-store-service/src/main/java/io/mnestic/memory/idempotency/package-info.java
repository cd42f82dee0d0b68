/** Answering a write that is sent again as it was answered before. */
@NullMarked
package io.mnestic.memory.idempotency;

import org.jspecify.annotations.NullMarked;
