package io.mnestic.memory.log;

import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/**
 * The versions that a revision sees, in the order of their keys: of those that are current the ones
 * written up to it, and of the superseded ones those that were current at it. No key has both.
 */
final class VersionScan<T> implements AutoCloseable {
  private final RocksIterator heads;
  private final RocksIterator pasts;
  private final long revision;
  private final Parse<T> parser;
  private final ToLongFunction<T> writtenBy;
  private @Nullable Version<T> nextHead;
  private @Nullable Version<T> nextPast;

  /**
   * A scan, both iterators of which it owns.
   *
   * @param prefix what all keys begin with
   * @param after the key after which to start, of a current version; equal to the prefix to start
   *     with the first
   */
  VersionScan(
      RocksIterator heads,
      RocksIterator pasts,
      byte[] prefix,
      byte[] after,
      long revision,
      Parse<T> parser,
      ToLongFunction<T> writtenBy) {
    this.heads = heads;
    this.pasts = pasts;
    this.revision = revision;
    this.parser = parser;
    this.writtenBy = writtenBy;
    if (after.length == prefix.length) {
      heads.seek(prefix);
      pasts.seek(prefix);
    } else {
      heads.seek(Keys.concat(after, new byte[] {0}));
      pasts.seek(Keys.past(after, Long.MAX_VALUE));
    }
    nextHead = head();
    nextPast = past();
  }

  /** The next version, or null at the end. */
  @Nullable Version<T> next() {
    Version<T> head = nextHead;
    Version<T> past = nextPast;
    if (head != null && (past == null || Arrays.compareUnsigned(head.key(), past.key()) < 0)) {
      nextHead = head();
      return head;
    }
    nextPast = past == null ? null : past();
    return past;
  }

  @Override
  public void close() {
    heads.close();
    pasts.close();
  }

  private @Nullable Version<T> head() {
    while (heads.isValid()) {
      byte[] key = heads.key();
      T value = parser.parse(heads.value());
      heads.next();
      if (writtenBy.applyAsLong(value) <= revision) {
        return new Version<>(key, value, Long.MAX_VALUE);
      }
    }
    return null;
  }

  private @Nullable Version<T> past() {
    while (pasts.isValid()) {
      byte[] stored = pasts.key();
      byte[] key = Keys.present(stored);
      long until = Keys.last(stored);
      if (until <= revision) {
        pasts.seek(Keys.past(key, revision + 1));
        continue;
      }
      // The first that ended later; those after it began later still.
      T value = parser.parse(pasts.value());
      pasts.seek(Keys.past(key, Long.MAX_VALUE));
      if (writtenBy.applyAsLong(value) <= revision) {
        return new Version<>(key, value, until);
      }
    }
    return null;
  }

  /**
   * A version.
   *
   * @param key of a current version of the same
   * @param until the revision that ended it; {@link Long#MAX_VALUE} if none has
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Version<T>(byte[] key, T value, long until) {
    boolean current() {
      return until == Long.MAX_VALUE;
    }
  }

  /** From bytes to a value. */
  @FunctionalInterface
  interface Parse<T> {
    T parse(byte[] value);
  }
}
