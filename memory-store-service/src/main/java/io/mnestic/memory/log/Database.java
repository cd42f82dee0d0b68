package io.mnestic.memory.log;

import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBatchWithIndex;
import org.rocksdb.WriteOptions;

/** The RocksDB files with their column families, opened by one process at a time. */
final class Database implements AutoCloseable {
  /** Of the keys and values on disk; grows when an older program could not read them. */
  static final long FORMAT_VERSION = 4;

  static final byte[] FORMAT_KEY = Keys.text("format");
  private static final long MEMTABLES_BYTES = 96L << 20;
  private static final long LOG_BUFFER_BYTES = 32L << 20;
  private static final long BUFFER_BYTES = 8L << 20;
  private static final long WAL_BYTES = 256L << 20;
  private static final double BLOOM_BITS = 10;
  private static final Duration RETRY_FULL_DISK = Duration.ofSeconds(10);

  private final RocksDB db;
  private final Map<Family, ColumnFamilyHandle> families;
  private final List<AbstractImmutableNativeReference> owned;
  private final WriteOptions durable;

  private Database(
      RocksDB db,
      Map<Family, ColumnFamilyHandle> families,
      List<AbstractImmutableNativeReference> owned) {
    this.db = db;
    this.families = families;
    this.owned = owned;
    this.durable = new WriteOptions().setSync(true);
  }

  static Database open(Path folder, long cacheBytes) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("can not create the data folder " + folder, e);
    }
    RocksDB.loadLibrary();
    List<AbstractImmutableNativeReference> owned = new ArrayList<>();
    LRUCache cache = new LRUCache(cacheBytes);
    BloomFilter bloom = new BloomFilter(BLOOM_BITS);
    DBOptions options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setDbWriteBufferSize(MEMTABLES_BYTES)
            .setMaxTotalWalSize(WAL_BYTES)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2);
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (Family family : Family.values()) {
      ColumnFamilyOptions familyOptions =
          new ColumnFamilyOptions()
              .setCompressionType(CompressionType.LZ4_COMPRESSION)
              .setWriteBufferSize(family == Family.LOG ? LOG_BUFFER_BYTES : BUFFER_BYTES)
              .setTableFormatConfig(
                  new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom));
      owned.add(familyOptions);
      descriptors.add(new ColumnFamilyDescriptor(family.familyName(), familyOptions));
    }
    owned.add(options);
    owned.add(bloom);
    owned.add(cache);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    RocksDB db;
    try {
      db = RocksDB.open(options, folder.toString(), descriptors, handles);
    } catch (RocksDBException e) {
      owned.forEach(AbstractImmutableNativeReference::close);
      throw new IllegalStateException(openFailure(folder, e), e);
    }
    Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
    Iterator<ColumnFamilyHandle> opened = handles.iterator();
    for (Family family : Family.values()) {
      families.put(family, opened.next());
    }
    Database database = new Database(db, families, owned);
    try {
      database.checkFormat(folder);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
    return database;
  }

  RocksDB rocks() {
    return db;
  }

  ColumnFamilyHandle handle(Family family) {
    ColumnFamilyHandle handle = families.get(family);
    if (handle == null) {
      throw new IllegalStateException("no family " + family);
    }
    return handle;
  }

  /**
   * Writes the batch and waits until it is on disk.
   *
   * @throws Refusal STORAGE_EXHAUSTED if the disk takes no more
   */
  void write(WriteBatchWithIndex batch) {
    try {
      db.write(durable, batch);
    } catch (RocksDBException e) {
      throw writeFailure(e);
    }
  }

  /** Removes all that is left of a deleted namespace, whose number is never used again. */
  void erase(long uid, byte[] marker) {
    byte[] prefix = Keys.number(uid);
    try (WriteBatch batch = new WriteBatch()) {
      for (Family family : Family.values()) {
        if (family.ofNamespace()) {
          batch.deleteRange(handle(family), prefix, Keys.after(prefix));
        }
      }
      batch.delete(handle(Family.DEFAULT), marker);
      db.write(durable, batch);
    } catch (RocksDBException e) {
      throw writeFailure(e);
    }
  }

  /** What a failed write answers: a full disk is the caller's to know, the rest is a defect. */
  static RuntimeException writeFailure(RocksDBException e) {
    Status status = e.getStatus();
    boolean full =
        status != null
            && (status.getSubCode() == Status.SubCode.NoSpace
                || String.valueOf(status.getState()).contains("No space left"));
    if (full) {
      return Refusal.of(
              Reason.REASON_STORAGE_EXHAUSTED,
              "the disk of the data folder takes no more writes: free space, then repeat")
          .withRetryAfter(RETRY_FULL_DISK);
    }
    return new IllegalStateException("write to the log failed", e);
  }

  @Override
  public void close() {
    families.values().forEach(ColumnFamilyHandle::close);
    try {
      db.closeE();
    } catch (RocksDBException e) {
      throw new IllegalStateException("closing the log failed", e);
    } finally {
      durable.close();
      owned.forEach(AbstractImmutableNativeReference::close);
    }
  }

  private void checkFormat(Path folder) {
    try {
      byte[] stored = db.get(handle(Family.DEFAULT), FORMAT_KEY);
      if (stored == null) {
        db.put(handle(Family.DEFAULT), durable, FORMAT_KEY, Keys.number(FORMAT_VERSION));
        return;
      }
      long version = ByteBuffer.wrap(stored).getLong();
      if (version > FORMAT_VERSION) {
        throw new IllegalStateException(
            "the data in %s has format %d and this program reads up to %d: use a newer program"
                .formatted(folder, version, FORMAT_VERSION));
      }
      if (version < FORMAT_VERSION) {
        FormatUpgrade.run(this, version);
      }
    } catch (RocksDBException e) {
      throw new IllegalStateException("can not read the format of the data in " + folder, e);
    }
  }

  private static String openFailure(Path folder, RocksDBException e) {
    String cause = String.valueOf(e.getMessage());
    return cause.toLowerCase(Locale.ROOT).contains("lock")
        ? "the data folder " + folder + " is in use by another process: stop it or use another"
        : "can not open the data folder " + folder + ": " + cause;
  }
}
