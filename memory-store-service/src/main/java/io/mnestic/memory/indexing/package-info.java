/** Keeps each namespace's index following its log, and open while it is used. */
@NullMarked
package io.mnestic.memory.indexing;

import org.jspecify.annotations.NullMarked;
