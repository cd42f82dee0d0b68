/** How a turn becomes the text that is matched, and back. */
@NullMarked
package io.mnestic.orchestrator.turn;

import org.jspecify.annotations.NullMarked;
