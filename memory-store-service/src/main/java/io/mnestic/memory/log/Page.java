package io.mnestic.memory.log;

import java.util.List;

/**
 * Part of a listing: as many items as asked for, or fewer (at least one) if they are big.
 *
 * @param items in the listing's order
 * @param more whether the listing goes on after them
 */
public record Page<T>(List<T> items, boolean more) {}
