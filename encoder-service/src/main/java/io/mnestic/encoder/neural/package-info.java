/** What learns: one folder for each family, and what their training has in common. */
@NullMarked
package io.mnestic.encoder.neural;

import org.jspecify.annotations.NullMarked;
