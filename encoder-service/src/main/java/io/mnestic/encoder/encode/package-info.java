/** What the service does with a request: texts in, vectors out. */
@NullMarked
package io.mnestic.encoder.encode;

import org.jspecify.annotations.NullMarked;
