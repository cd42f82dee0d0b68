/** Tests of the change feed. */
@NullMarked
package io.mnestic.memory.watch;

import org.jspecify.annotations.NullMarked;
