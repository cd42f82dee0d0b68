/** Recurrent networks: LSTM, GRU and the plain one beside them. */
@NullMarked
package io.mnestic.encoder.neural.recurrent;

import org.jspecify.annotations.NullMarked;
