/**
 * The truth: an ordered, durable log of every change, and what is derived from it for reads by key.
 */
@NullMarked
package io.mnestic.memory.log;

import org.jspecify.annotations.NullMarked;
