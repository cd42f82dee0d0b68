/** What a chat model should see, inside a token budget. */
@NullMarked
package io.mnestic.orchestrator.prompt;

import org.jspecify.annotations.NullMarked;
