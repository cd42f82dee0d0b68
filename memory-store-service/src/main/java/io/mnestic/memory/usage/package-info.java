/** How often memories are used, counted beside the reads that use them. */
@NullMarked
package io.mnestic.memory.usage;

import org.jspecify.annotations.NullMarked;
