package io.mnestic.memory.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/**
 * The places of a session that hold a turn now or held one when a revision was the newest, in
 * order. A place is only ever one memory's.
 */
final class PlaceScan {
  private final RocksIterator heads;
  private final RocksIterator pasts;
  private final int prefix;
  private final boolean forward;
  private final long revision;

  /**
   * A scan.
   *
   * @param prefix of the session's keys
   * @param after the sequence number to start after (or before, backward); 0 to start at the end
   */
  PlaceScan(
      RocksIterator heads,
      RocksIterator pasts,
      byte[] prefix,
      long after,
      boolean forward,
      long revision) {
    this.heads = heads;
    this.pasts = pasts;
    this.prefix = prefix.length;
    this.forward = forward;
    this.revision = revision;
    for (RocksIterator it : new RocksIterator[] {heads, pasts}) {
      if (after == 0 && forward) {
        it.seekToFirst();
      } else if (after == 0) {
        it.seekToLast();
      } else if (forward) {
        it.seek(Keys.concat(prefix, Keys.number(after + 1)));
      } else {
        it.seekForPrev(Keys.concat(prefix, Keys.number(after)));
        skip(it, after);
      }
    }
  }

  /** The next place, or null at the end. */
  @Nullable Place next() {
    while (pasts.isValid() && Keys.last(pasts.key()) <= revision) {
      step(pasts);
    }
    if (!heads.isValid() && !pasts.isValid()) {
      return null;
    }
    RocksIterator first = heads;
    if (!heads.isValid()) {
      first = pasts;
    } else if (pasts.isValid()) {
      boolean pastFirst = sequence(pasts) < sequence(heads);
      first = pastFirst == forward ? pasts : heads;
    }
    long sequence = sequence(first);
    Place place = new Place(sequence, new String(first.value(), StandardCharsets.UTF_8));
    skip(heads, sequence);
    skip(pasts, sequence);
    return place;
  }

  /** Leaves a place, which the other iterator or an earlier version may have too. */
  private void skip(RocksIterator it, long sequence) {
    while (it.isValid() && sequence(it) == sequence) {
      step(it);
    }
  }

  private void step(RocksIterator it) {
    if (forward) {
      it.next();
    } else {
      it.prev();
    }
  }

  private long sequence(RocksIterator it) {
    return ByteBuffer.wrap(it.key()).getLong(prefix);
  }

  /** Where a turn stands. */
  record Place(long sequence, String id) {}
}
