/** What is put into memory and taken out of it. */
@NullMarked
package io.mnestic.orchestrator.remembering;

import org.jspecify.annotations.NullMarked;
