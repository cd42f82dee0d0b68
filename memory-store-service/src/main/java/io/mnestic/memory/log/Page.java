package io.mnestic.memory.log;

import java.util.List;

/**
 * Part of a listing.
 *
 * @param items in the listing's order
 * @param more whether the listing goes on after them
 */
public record Page<T>(List<T> items, boolean more) {}
