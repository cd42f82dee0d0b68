/** Records: bytes kept beside the memories, versioned and never searched. */
@NullMarked
package io.mnestic.memory.records;

import org.jspecify.annotations.NullMarked;
