/** What callers say of recalls: which memory helped, kept for learning. */
@NullMarked
package io.mnestic.orchestrator.feedback;

import org.jspecify.annotations.NullMarked;
