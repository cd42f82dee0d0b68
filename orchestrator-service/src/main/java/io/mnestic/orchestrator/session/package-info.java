/** Conversations, kept as records in the store. */
@NullMarked
package io.mnestic.orchestrator.session;

import org.jspecify.annotations.NullMarked;
