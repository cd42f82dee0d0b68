/** Many callers' token sequences, run through one model in batches. */
@NullMarked
package io.mnestic.encoder.batching;

import org.jspecify.annotations.NullMarked;
