/** From a query to a ranked and explained list of memories, lane by lane. */
@NullMarked
package io.mnestic.orchestrator.recall;

import org.jspecify.annotations.NullMarked;
