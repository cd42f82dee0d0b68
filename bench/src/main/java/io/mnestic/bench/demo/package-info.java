/** The demo: two small conversations, asked about through {@code AssembleContext}. */
@NullMarked
package io.mnestic.bench.demo;

import org.jspecify.annotations.NullMarked;
