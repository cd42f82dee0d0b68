/** The language model that is configured, if one is. */
@NullMarked
package io.mnestic.orchestrator.llm;

import org.jspecify.annotations.NullMarked;
