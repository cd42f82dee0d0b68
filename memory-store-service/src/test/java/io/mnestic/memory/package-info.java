/** The store as its clients see it, and the rules of its code. */
@NullMarked
package io.mnestic.memory;

import org.jspecify.annotations.NullMarked;
