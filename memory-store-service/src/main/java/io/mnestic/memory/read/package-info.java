/** Reads of memories by id, by page and by session. */
@NullMarked
package io.mnestic.memory.read;

import org.jspecify.annotations.NullMarked;
