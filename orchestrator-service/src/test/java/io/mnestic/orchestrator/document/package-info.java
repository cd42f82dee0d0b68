@NullMarked
package io.mnestic.orchestrator.document;

import org.jspecify.annotations.NullMarked;
