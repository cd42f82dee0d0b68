package io.mnestic.memory.log;

import org.jspecify.annotations.Nullable;

/**
 * What two states have of one memory or record, not both nothing.
 *
 * @param before nothing if it is not there
 * @param after nothing if it is not there
 */
public record Versions<T>(@Nullable T before, @Nullable T after) {}
