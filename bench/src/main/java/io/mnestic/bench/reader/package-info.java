/** How fast the reader reads and learns. */
@NullMarked
package io.mnestic.bench.reader;

import org.jspecify.annotations.NullMarked;
