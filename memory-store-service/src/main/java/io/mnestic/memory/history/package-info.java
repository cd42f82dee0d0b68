/** Revisions as a whole: snapshots, what differs between two, branches and their way back. */
@NullMarked
package io.mnestic.memory.history;

import org.jspecify.annotations.NullMarked;
