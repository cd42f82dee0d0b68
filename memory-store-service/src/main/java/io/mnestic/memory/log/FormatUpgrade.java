package io.mnestic.memory.log;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredRevision;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Brings older data to the present format, all or nothing. From 1 to 2: versions that were
 * superseded before were not kept, so each namespace's readable past begins with its newest
 * revision. From 2 to 3: the bytes of a namespace's memories are counted.
 */
final class FormatUpgrade {
  private FormatUpgrade() {}

  static void run(Database database, long from) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch();
        WriteOptions options = new WriteOptions().setSync(true);
        RocksIterator it = database.rocks().newIterator(database.handle(Family.NAMESPACES))) {
      for (it.seekToFirst(); it.isValid(); it.next()) {
        StoredNamespace.Builder namespace = StoredNamespace.parseFrom(it.value()).toBuilder();
        if (from < 2) {
          startHistory(database, namespace, batch);
        }
        namespace.getNamespaceBuilder().setMemoryBytes(bytes(database, namespace.getUid()));
        batch.put(database.handle(Family.NAMESPACES), it.key(), namespace.build().toByteArray());
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
      Database database, StoredNamespace.Builder namespace, WriteBatch batch)
      throws RocksDBException {
    long newest = namespace.getNamespace().getRevision();
    namespace.setOldestRevision(newest).setTrimmedRevision(newest);
    batch.put(
        database.handle(Family.REVISIONS),
        Keys.of(namespace.getUid(), newest),
        StoredRevision.newBuilder()
            .setPosition(namespace.getPosition())
            .setCommitTime(namespace.getCommitTime())
            .build()
            .toByteArray());
  }

  private static long bytes(Database database, long uid) {
    byte[] prefix = Keys.number(uid);
    long bytes = 0;
    try (Slice upper = new Slice(Keys.after(prefix));
        ReadOptions bounded = new ReadOptions().setIterateUpperBound(upper);
        RocksIterator it =
            database.rocks().newIterator(database.handle(Family.MEMORIES), bounded)) {
      for (it.seek(prefix); it.isValid(); it.next()) {
        bytes += it.value().length;
      }
    }
    return bytes;
  }
}
