/** Attention: the layer, several heads, and the Transformer's encoder layer. */
@NullMarked
package io.mnestic.encoder.neural.attention;

import org.jspecify.annotations.NullMarked;
