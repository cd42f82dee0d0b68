/** Search, from request to ranked reply. */
@NullMarked
package io.mnestic.memory.search;

import org.jspecify.annotations.NullMarked;
