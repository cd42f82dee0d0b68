/** Files as memories: read, cut along their structure, kept and replaced chunk by chunk. */
@NullMarked
package io.mnestic.orchestrator.document;

import org.jspecify.annotations.NullMarked;
