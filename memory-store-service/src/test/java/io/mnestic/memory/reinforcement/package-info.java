/** Tests of reinforcement. */
@NullMarked
package io.mnestic.memory.reinforcement;

import org.jspecify.annotations.NullMarked;
