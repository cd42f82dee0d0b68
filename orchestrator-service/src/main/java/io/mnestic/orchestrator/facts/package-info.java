/**
 * Facts about people, from what they say of themselves: found by rules, dated, and closed when
 * contradicted.
 */
@NullMarked
package io.mnestic.orchestrator.facts;

import org.jspecify.annotations.NullMarked;
