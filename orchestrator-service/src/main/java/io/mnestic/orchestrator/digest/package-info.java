/** What consolidation knows of sessions and namespaces, kept as records in the store. */
@NullMarked
package io.mnestic.orchestrator.digest;

import org.jspecify.annotations.NullMarked;
