/** Tests of forgetting. */
@NullMarked
package io.mnestic.memory.forgetting;

import org.jspecify.annotations.NullMarked;
