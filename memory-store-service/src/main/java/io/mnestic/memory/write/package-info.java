/** Changes of a namespace's memories. */
@NullMarked
package io.mnestic.memory.write;

import org.jspecify.annotations.NullMarked;
