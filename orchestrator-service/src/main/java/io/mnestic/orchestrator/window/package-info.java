/** The newest turns of a session, counted and grouped. */
@NullMarked
package io.mnestic.orchestrator.window;

import org.jspecify.annotations.NullMarked;
