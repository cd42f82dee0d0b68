@NullMarked
package io.mnestic.encoder.neural.reader;

import org.jspecify.annotations.NullMarked;
