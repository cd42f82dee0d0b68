@NullMarked
package io.mnestic.encoder.neural;

import org.jspecify.annotations.NullMarked;
