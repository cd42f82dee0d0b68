/** Made-up turns in any number, for measuring speed and size. */
@NullMarked
package io.mnestic.bench.corpus;

import org.jspecify.annotations.NullMarked;
