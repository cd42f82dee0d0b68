/** Summaries of what was said: episodes of sessions, themes of episodes, and the way back down. */
@NullMarked
package io.mnestic.orchestrator.compaction;

import org.jspecify.annotations.NullMarked;
