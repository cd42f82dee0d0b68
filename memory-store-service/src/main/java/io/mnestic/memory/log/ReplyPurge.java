package io.mnestic.memory.log;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.mnestic.store.v1.StoredReply;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Removes stored replies that are older than they are kept, so many at a time that a write never
 * waits long for it.
 */
final class ReplyPurge {
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int MOST_AT_ONCE = 10_000;

  private final Database database;
  private final Duration retention;
  private final Clock clock;
  private Instant due = Instant.MIN;

  ReplyPurge(Database database, Duration retention, Clock clock) {
    this.database = database;
    this.retention = retention;
    this.clock = clock;
  }

  /** Whether more are to be removed at once. */
  boolean runIfDue() {
    Instant now = clock.instant();
    if (now.isBefore(due)) {
      return false;
    }
    due = now.plus(PAUSE);
    long before = now.minus(retention).toEpochMilli();
    // Not synced: a purge that a crash undoes is done again.
    try (RocksIterator it = database.rocks().newIterator(database.handle(Family.REPLY_TIMES));
        WriteBatch batch = new WriteBatch();
        WriteOptions options = new WriteOptions()) {
      int seen = 0;
      it.seekToFirst();
      while (it.isValid() && seen < MOST_AT_ONCE) {
        byte[] key = it.key();
        if (ByteBuffer.wrap(key).getLong() >= before) {
          break;
        }
        batch.delete(database.handle(Family.REPLY_TIMES), key);
        byte[] reply = Arrays.copyOfRange(key, Long.BYTES, key.length);
        if (isOlder(reply, before)) {
          batch.delete(database.handle(Family.REPLIES), reply);
        }
        seen++;
        it.next();
      }
      if (seen > 0) {
        database.rocks().write(options, batch);
      }
      boolean more = seen == MOST_AT_ONCE;
      if (more) {
        due = now;
      }
      return more;
    } catch (RocksDBException e) {
      throw Database.writeFailure(e);
    }
  }

  /** An id used again after its time has a newer reply under the same key. */
  private boolean isOlder(byte[] key, long before) throws RocksDBException {
    byte @Nullable [] value = database.rocks().get(database.handle(Family.REPLIES), key);
    try {
      return value != null && Timestamps.toMillis(StoredReply.parseFrom(value).getTime()) < before;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged stored reply", e);
    }
  }
}
