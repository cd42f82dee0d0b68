/** Text to tokens, tokens to passages, and token counts. */
@NullMarked
package io.mnestic.encoder.tokens;

import org.jspecify.annotations.NullMarked;
