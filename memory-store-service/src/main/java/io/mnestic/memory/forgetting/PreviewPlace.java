package io.mnestic.memory.forgetting;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.wire.PageToken;
import java.util.List;
import java.util.Optional;

/**
 * Where a page of a preview ends.
 *
 * @param at the moment of all pages
 * @param last candidate that was given out
 */
record PreviewPlace(Timestamp at, Candidate.Place last) {
  private static final int PARTS = 4;

  /** The place that a page token holds; a token made by hand may hold anything. */
  static Optional<PreviewPlace> of(String key) {
    if (key.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = List.of(key.split("/", PARTS));
    if (parts.size() < PARTS) {
      throw PageToken.invalid();
    }
    try {
      Timestamp at =
          Timestamp.newBuilder()
              .setSeconds(Long.parseLong(parts.get(0)))
              .setNanos(Integer.parseInt(parts.get(1)))
              .build();
      if (!Timestamps.isValid(at)) {
        throw PageToken.invalid();
      }
      double retention = Double.longBitsToDouble(Long.parseLong(parts.get(2)));
      return Optional.of(new PreviewPlace(at, new Candidate.Place(retention, parts.get(3))));
    } catch (NumberFormatException e) {
      throw PageToken.invalid();
    }
  }

  String toKey() {
    long retention = Double.doubleToLongBits(last.retention());
    return at.getSeconds() + "/" + at.getNanos() + "/" + retention + "/" + last.id();
  }
}
