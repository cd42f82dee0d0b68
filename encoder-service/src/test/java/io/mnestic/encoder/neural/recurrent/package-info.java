@NullMarked
package io.mnestic.encoder.neural.recurrent;

import org.jspecify.annotations.NullMarked;
