/** Speed, exactness and stamina of encoder-service, beside its peers on the same weights. */
@NullMarked
package io.mnestic.bench.encoder;

import org.jspecify.annotations.NullMarked;
