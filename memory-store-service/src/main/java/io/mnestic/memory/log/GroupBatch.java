package io.mnestic.memory.log;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.mnestic.memory.v1.Memory;
import io.mnestic.store.v1.StoredTokens;
import io.mnestic.store.v1.StoredVectors;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatchWithIndex;

/** The database with the changes of the group under way in it, which are written as one. */
final class GroupBatch implements AutoCloseable {
  private final Database database;
  private final WriteBatchWithIndex batch = new WriteBatchWithIndex(true);
  private final ReadOptions options = new ReadOptions();

  GroupBatch(Database database) {
    this.database = database;
  }

  /** A change begins, which is kept or undone. */
  void begin() {
    batch.setSavePoint();
  }

  void keep() {
    try {
      batch.popSavePoint();
    } catch (RocksDBException e) {
      throw Database.writeFailure(e);
    }
  }

  void undo() {
    try {
      batch.rollbackToSavePoint();
    } catch (RocksDBException e) {
      throw Database.writeFailure(e);
    }
  }

  /**
   * Waits until what was kept is on disk.
   *
   * @throws io.mnestic.wire.Refusal STORAGE_EXHAUSTED if the disk takes no more
   */
  void write() {
    if (batch.count() > 0) {
      database.write(batch);
    }
  }

  <M extends MessageLite> Optional<M> read(Family family, byte[] key, Parser<M> parser) {
    byte[] value = get(family, key);
    try {
      return value == null ? Optional.empty() : Optional.of(parser.parseFrom(value));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged value in " + family, e);
    }
  }

  byte @Nullable [] get(Family family, byte[] key) {
    try {
      return batch.getFromBatchAndDB(database.rocks(), database.handle(family), options, key);
    } catch (RocksDBException e) {
      throw new IllegalStateException("read from the log failed", e);
    }
  }

  void put(Family family, byte[] key, byte[] value) {
    try {
      batch.put(database.handle(family), key, value);
    } catch (RocksDBException e) {
      throw Database.writeFailure(e);
    }
  }

  void delete(Family family, byte[] key) {
    try {
      batch.delete(database.handle(family), key);
    } catch (RocksDBException e) {
      throw Database.writeFailure(e);
    }
  }

  /** The last sequence number given out in a session; 0 before the first. */
  long lastSequence(long uid, String session) {
    byte[] last = get(Family.SESSIONS, Keys.of(uid, session));
    return last == null ? 0 : ByteBuffer.wrap(last).getLong();
  }

  /** A current version with what is kept apart from it. */
  Memory whole(Memory memory, byte[] key) {
    Memory.Builder whole = memory.toBuilder();
    read(Family.VECTORS, key, StoredVectors.parser())
        .ifPresent(stored -> whole.addAllVectors(stored.getVectorsList()));
    read(Family.TOKENS, key, StoredTokens.parser())
        .ifPresent(stored -> whole.addAllTokenVectors(stored.getTokensList()));
    return whole.build();
  }

  @Override
  public void close() {
    options.close();
    batch.close();
  }
}
