/** Tests of encoding. */
@NullMarked
package io.mnestic.orchestrator.encoding;

import org.jspecify.annotations.NullMarked;
