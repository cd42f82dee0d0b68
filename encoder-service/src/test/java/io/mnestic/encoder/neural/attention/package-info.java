@NullMarked
package io.mnestic.encoder.neural.attention;

import org.jspecify.annotations.NullMarked;
