/** The two other services in miniature, each behind a real port of its own. */
@NullMarked
package io.mnestic.orchestrator.fakes;

import org.jspecify.annotations.NullMarked;
