/** Near-duplicates: found, and moved towards instead of stored twice. */
@NullMarked
package io.mnestic.memory.reinforcement;

import org.jspecify.annotations.NullMarked;
