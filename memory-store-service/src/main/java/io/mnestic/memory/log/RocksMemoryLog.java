package io.mnestic.memory.log;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mnestic.error.v1.Reason;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** A {@link MemoryLog} in one RocksDB folder. */
public final class RocksMemoryLog implements MemoryLog {
  private static final int ALL = Integer.MAX_VALUE;

  private final Database database;
  private final GroupCommitter committer;
  private final Clock clock;

  /** One permit a read under way; closing takes all, since RocksDB does not survive late reads. */
  private final Semaphore readers = new Semaphore(ALL);

  private RocksMemoryLog(Database database, GroupCommitter committer, Clock clock) {
    this.database = database;
    this.committer = committer;
    this.clock = clock;
  }

  /**
   * Opens the folder, creating it if need be.
   *
   * @throws IllegalStateException if another process has it open, or a newer program wrote it
   */
  public static RocksMemoryLog open(Path folder, LogSettings settings, Clock clock) {
    Database database = Database.open(folder, settings.cacheBytes());
    return new RocksMemoryLog(database, GroupCommitter.start(database, settings, clock), clock);
  }

  @Override
  public <R> R commit(int bytes, Change<R> change) {
    return committer.commit(bytes, change);
  }

  @Override
  public LogView view() {
    enter();
    return new RocksView(database, clock.instant(), readers::release);
  }

  @Override
  public List<LogEntry> entriesAfter(long uid, long position, int maxEntries, int maxBytes) {
    enter();
    List<LogEntry> entries = new ArrayList<>();
    byte[] end = Keys.after(Keys.number(uid));
    try (Slice bound = new Slice(end);
        ReadOptions options = new ReadOptions().setIterateUpperBound(bound);
        RocksIterator it = database.rocks().newIterator(database.handle(Family.LOG), options)) {
      int bytes = 0;
      it.seek(Keys.of(uid, position + 1));
      while (it.isValid() && entries.size() < maxEntries && bytes < maxBytes) {
        byte[] value = it.value();
        bytes += value.length;
        entries.add(LogEntry.parseFrom(value));
        it.next();
      }
      return entries;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged log entry of namespace " + uid, e);
    } finally {
      readers.release();
    }
  }

  @Override
  public void listen(Consumer<StoredNamespace> listener) {
    committer.listen(listener);
  }

  @Override
  public void onDrop(LongConsumer listener) {
    committer.onDrop(listener);
  }

  @Override
  public void close() {
    committer.close();
    readers.acquireUninterruptibly(ALL);
    database.close();
  }

  private void enter() {
    if (!readers.tryAcquire()) {
      throw Refusal.of(Reason.REASON_STORE_UNAVAILABLE, "the store is shutting down");
    }
  }
}
