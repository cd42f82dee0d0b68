/** Speed and size of {@code AssembleContext} over a namespace of ten thousand turns. */
@NullMarked
package io.mnestic.bench.context;

import org.jspecify.annotations.NullMarked;
