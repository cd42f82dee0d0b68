/** Which model a namespace's vectors live in, and which models and tokenizers the encoder has. */
@NullMarked
package io.mnestic.orchestrator.space;

import org.jspecify.annotations.NullMarked;
