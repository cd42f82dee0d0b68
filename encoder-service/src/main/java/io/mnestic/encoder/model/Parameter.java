package io.mnestic.encoder.model;

import java.util.List;
import java.util.function.Supplier;

/**
 * A named float32 tensor of a model.
 *
 * @param shape its dimensions, outermost first
 * @param data its values, row by row, little-endian; asked for when written, so that the heap holds
 *     one tensor at a time
 */
record Parameter(String name, List<Integer> shape, Supplier<byte[]> data) {
  int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}
