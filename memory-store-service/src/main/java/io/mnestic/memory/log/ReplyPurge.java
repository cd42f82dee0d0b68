package io.mnestic.memory.log;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Removes stored replies that are older than they are kept, a few at a time. */
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

  void runIfDue() {
    Instant now = clock.instant();
    if (now.isBefore(due)) {
      return;
    }
    due = now.plus(PAUSE);
    long before = now.minus(retention).toEpochMilli();
    // Not synced: a purge that a crash undoes is done again.
    try (RocksIterator it = database.rocks().newIterator(database.handle(Family.REPLY_TIMES));
        WriteBatch batch = new WriteBatch();
        WriteOptions options = new WriteOptions()) {
      it.seekToFirst();
      while (it.isValid() && batch.count() < 2 * MOST_AT_ONCE) {
        byte[] key = it.key();
        if (ByteBuffer.wrap(key).getLong() >= before) {
          break;
        }
        batch.delete(database.handle(Family.REPLY_TIMES), key);
        batch.delete(
            database.handle(Family.REPLIES), Arrays.copyOfRange(key, Long.BYTES, key.length));
        it.next();
      }
      if (batch.count() > 0) {
        database.rocks().write(options, batch);
      }
    } catch (RocksDBException e) {
      throw Database.writeFailure(e);
    }
  }
}
