package io.mnestic.memory.log;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredRevision;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Brings older data to the present format, all or nothing. From 1 to 2: versions that were
 * superseded before were not kept, so each namespace's readable past begins with its newest
 * revision.
 */
final class FormatUpgrade {
  private FormatUpgrade() {}

  static void run(Database database, long from) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch();
        WriteOptions options = new WriteOptions().setSync(true);
        RocksIterator it = database.rocks().newIterator(database.handle(Family.NAMESPACES))) {
      if (from < 2) {
        for (it.seekToFirst(); it.isValid(); it.next()) {
          startHistory(database, it.key(), StoredNamespace.parseFrom(it.value()), batch);
        }
      }
      batch.put(
          database.handle(Family.DEFAULT),
          Database.FORMAT_KEY,
          Keys.number(Database.FORMAT_VERSION));
      database.rocks().write(options, batch);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged namespace in the log", e);
    }
  }

  private static void startHistory(
      Database database, byte[] key, StoredNamespace namespace, WriteBatch batch)
      throws RocksDBException {
    long newest = namespace.getNamespace().getRevision();
    batch.put(
        database.handle(Family.NAMESPACES),
        key,
        namespace.toBuilder()
            .setOldestRevision(newest)
            .setTrimmedRevision(newest)
            .build()
            .toByteArray());
    batch.put(
        database.handle(Family.REVISIONS),
        Keys.of(namespace.getUid(), newest),
        StoredRevision.newBuilder()
            .setPosition(namespace.getPosition())
            .setCommitTime(namespace.getCommitTime())
            .build()
            .toByteArray());
  }
}
