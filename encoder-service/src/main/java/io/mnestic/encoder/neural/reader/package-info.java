/** Read heads: they score memories for a query, and learn to from feedback. */
@NullMarked
package io.mnestic.encoder.neural.reader;

import org.jspecify.annotations.NullMarked;
