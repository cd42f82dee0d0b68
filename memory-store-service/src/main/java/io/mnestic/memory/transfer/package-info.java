/** Memories in and out as JSON Lines. */
@NullMarked
package io.mnestic.memory.transfer;

import org.jspecify.annotations.NullMarked;
