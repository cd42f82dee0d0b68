@NullMarked
package io.mnestic.orchestrator.template;

import org.jspecify.annotations.NullMarked;
