/** The change feed: what the log gained, sent to whoever watches. */
@NullMarked
package io.mnestic.memory.watch;

import org.jspecify.annotations.NullMarked;
