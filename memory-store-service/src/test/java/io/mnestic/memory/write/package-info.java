/** Tests of writes. */
@NullMarked
package io.mnestic.memory.write;

import org.jspecify.annotations.NullMarked;
