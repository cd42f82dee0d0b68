/** From the short term to the long term, in the background and on demand. */
@NullMarked
package io.mnestic.orchestrator.consolidation;

import org.jspecify.annotations.NullMarked;
