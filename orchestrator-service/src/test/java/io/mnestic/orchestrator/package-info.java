/** Tests of the whole service. */
@NullMarked
package io.mnestic.orchestrator;

import org.jspecify.annotations.NullMarked;
