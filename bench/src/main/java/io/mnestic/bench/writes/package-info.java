/** Durable writes a second, beside what the disk gives. */
@NullMarked
package io.mnestic.bench.writes;

import org.jspecify.annotations.NullMarked;
