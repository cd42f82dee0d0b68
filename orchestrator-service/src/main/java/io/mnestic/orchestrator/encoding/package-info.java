/** From texts to the named vectors of memories. */
@NullMarked
package io.mnestic.orchestrator.encoding;

import org.jspecify.annotations.NullMarked;
