/** What a namespace's policy forgets: the score, the sweep that deletes, and the look ahead. */
@NullMarked
package io.mnestic.memory.forgetting;

import org.jspecify.annotations.NullMarked;
