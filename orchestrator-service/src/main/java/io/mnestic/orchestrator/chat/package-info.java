/** Answers by the language model, out of memory and into it. */
@NullMarked
package io.mnestic.orchestrator.chat;

import org.jspecify.annotations.NullMarked;
