/**
 * What every service shares at the wire: refusals, request checks, channels, health and
 * configuration checks.
 */
@NullMarked
package io.mnestic.wire;

import org.jspecify.annotations.NullMarked;
