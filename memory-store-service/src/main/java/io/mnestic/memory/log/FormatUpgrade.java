package io.mnestic.memory.log;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredRevision;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Brings older data to the present format, all or nothing. From 1 to 2: versions that were
 * superseded before were not kept, so each namespace's readable past begins with its newest
 * revision. From 2 to 3: the bytes of a namespace's memories are counted. From 3 to 4: no memory
 * has token vectors yet.
 */
final class FormatUpgrade {
  private static final int BATCH = 10_000;

  private FormatUpgrade() {}

  static void run(Database database, long from) throws RocksDBException {
    Map<Long, Long> memories = markTokenless(database);
    try (WriteBatch batch = new WriteBatch();
        WriteOptions options = new WriteOptions().setSync(true);
        RocksIterator it = database.rocks().newIterator(database.handle(Family.NAMESPACES))) {
      for (it.seekToFirst(); it.isValid(); it.next()) {
        StoredNamespace.Builder namespace = StoredNamespace.parseFrom(it.value()).toBuilder();
        if (from < 2) {
          startHistory(database, namespace, batch);
        }
        namespace
            .getNamespaceBuilder()
            .setMemoryBytes(bytes(database, namespace.getUid()))
            .setTokenlessCount(memories.getOrDefault(namespace.getUid(), 0L));
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

  /**
   * Marks every memory as one without token vectors and counts them by namespace. Done again whole
   * if it is cut off.
   */
  private static Map<Long, Long> markTokenless(Database database) throws RocksDBException {
    Map<Long, Long> counts = new HashMap<>();
    try (WriteOptions options = new WriteOptions();
        WriteBatch batch = new WriteBatch();
        RocksIterator it = database.rocks().newIterator(database.handle(Family.MEMORIES))) {
      for (it.seekToFirst(); it.isValid(); it.next()) {
        counts.merge(ByteBuffer.wrap(it.key()).getLong(), 1L, Long::sum);
        batch.put(database.handle(Family.TOKENLESS), it.key(), new byte[0]);
        if (batch.count() == BATCH) {
          database.rocks().write(options, batch);
          batch.clear();
        }
      }
      database.rocks().write(options, batch);
    }
    return counts;
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
