/** {@code export} and {@code import}: a namespace's memories to a file and back. */
@NullMarked
package io.mnestic.bench.transfer;

import org.jspecify.annotations.NullMarked;
