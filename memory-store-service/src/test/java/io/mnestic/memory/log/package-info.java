/** What every log must do, and what this one does on disk. */
@NullMarked
package io.mnestic.memory.log;

import org.jspecify.annotations.NullMarked;
