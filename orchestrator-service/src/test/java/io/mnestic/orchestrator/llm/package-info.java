@NullMarked
package io.mnestic.orchestrator.llm;

import org.jspecify.annotations.NullMarked;
