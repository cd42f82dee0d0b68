/**
 * The two other services, as this one calls them: channels, deadlines, and what their failures mean
 * to the caller.
 */
@NullMarked
package io.mnestic.orchestrator.peers;

import org.jspecify.annotations.NullMarked;
