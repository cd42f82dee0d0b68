/** Creating, reading and deleting namespaces. */
@NullMarked
package io.mnestic.memory.namespaces;

import org.jspecify.annotations.NullMarked;
