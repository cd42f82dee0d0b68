/** orchestrator-service: where it starts. */
@NullMarked
package io.mnestic.orchestrator;

import org.jspecify.annotations.NullMarked;
