/** Vectors of tokens: checked, compressed, and compared with those of a query. */
@NullMarked
package io.mnestic.memory.tokens;

import org.jspecify.annotations.NullMarked;
