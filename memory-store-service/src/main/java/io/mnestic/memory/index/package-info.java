/** Finding memories by vector, words and attributes; derived from the log and replaceable. */
@NullMarked
package io.mnestic.memory.index;

import org.jspecify.annotations.NullMarked;
