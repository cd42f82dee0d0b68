/** Soft reads: attention over memories, hop by hop. */
@NullMarked
package io.mnestic.memory.attention;

import org.jspecify.annotations.NullMarked;
