/** A user's model as a folder of files: what it is, and its weights under one set of names. */
@NullMarked
package io.mnestic.encoder.folder;

import org.jspecify.annotations.NullMarked;
