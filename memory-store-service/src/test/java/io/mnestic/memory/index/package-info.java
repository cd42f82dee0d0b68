/** What every index must do, and how this one scores. */
@NullMarked
package io.mnestic.memory.index;

import org.jspecify.annotations.NullMarked;
