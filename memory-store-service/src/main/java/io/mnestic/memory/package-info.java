/** memory-store-service: where it starts. */
@NullMarked
package io.mnestic.memory;

import org.jspecify.annotations.NullMarked;
