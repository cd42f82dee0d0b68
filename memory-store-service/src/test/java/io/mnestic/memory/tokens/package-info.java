/** Tests of token vectors. */
@NullMarked
package io.mnestic.memory.tokens;

import org.jspecify.annotations.NullMarked;
