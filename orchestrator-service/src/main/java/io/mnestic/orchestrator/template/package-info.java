/** Named prompts with slots, and the examples that go into them. */
@NullMarked
package io.mnestic.orchestrator.template;

import org.jspecify.annotations.NullMarked;
