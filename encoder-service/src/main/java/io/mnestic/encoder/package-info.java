/** encoder-service: where it starts. */
@NullMarked
package io.mnestic.encoder;

import org.jspecify.annotations.NullMarked;
