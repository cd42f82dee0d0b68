package io.mnestic.memory.log;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.mnestic.memory.v1.ForgettingReason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryUsage;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredRevision;
import io.mnestic.store.v1.StoredTokens;
import io.mnestic.store.v1.StoredVectors;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** A {@link LogView} of one RocksDB snapshot. */
final class RocksView implements LogView {
  /** A page ends before it has more than this, so that it fits in a message. */
  private static final long PAGE_BYTES = 16L << 20;

  private final Database database;
  private final org.rocksdb.Snapshot snapshot;
  private final ReadOptions options;
  private final Instant time;
  private final Runnable onClose;

  RocksView(Database database, Instant time, Runnable onClose) {
    this.database = database;
    this.time = time;
    this.snapshot = database.rocks().getSnapshot();
    this.options = new ReadOptions().setSnapshot(snapshot);
    this.onClose = onClose;
  }

  @Override
  public StoredNamespace namespace(String name) {
    return get(Family.NAMESPACES, Keys.text(name), StoredNamespace.parser())
        .orElseThrow(() -> RocksDraft.noNamespace(name));
  }

  @Override
  public NamespaceState at(String name, Moment moment) {
    StoredNamespace namespace = namespace(name);
    long revision = new Timeline(this, namespace, time).resolve(moment);
    return new NamespaceState(
        namespace, revision, moment.isNow() ? this : new PastView(this, revision));
  }

  @Override
  public long oldestRevision(StoredNamespace namespace) {
    return new Timeline(this, namespace, time).oldest();
  }

  @Override
  public void superseded(long uid, long revision, long head, Consumer<Memory> into) {
    new PastView(this, revision).superseded(uid, head, into);
  }

  @Override
  public Optional<Snapshot> snapshot(long uid, String name) {
    return get(Family.SNAPSHOTS, Keys.of(uid, name), Snapshot.parser());
  }

  @Override
  public Page<Snapshot> snapshots(long uid, String afterName, int limit) {
    byte[] prefix = Keys.number(uid);
    return scan(
        Family.SNAPSHOTS,
        prefix,
        afterName.isEmpty() ? prefix : Keys.concat(Keys.of(uid, afterName), new byte[] {0}),
        limit,
        (key, value) -> Optional.of(parse(value, Snapshot.parser())));
  }

  @Override
  public Page<Versions<Memory>> memoryDifferences(
      long uid, long from, long to, String afterId, int limit) {
    return new DifferenceScan(this, uid, from, to).memories(afterId, limit);
  }

  @Override
  public Page<Versions<Record>> recordDifferences(
      long uid, long from, long to, Optional<Record> after, int limit) {
    return new DifferenceScan(this, uid, from, to).records(after, limit);
  }

  /** The revisions that are kept however old they are. */
  Set<Long> pins(StoredNamespace namespace) {
    return Pins.of(database, options, namespace);
  }

  @Override
  public Page<StoredNamespace> namespaces(String afterName, int limit) {
    byte[] none = new byte[0];
    return scan(
        Family.NAMESPACES,
        none,
        Keys.concat(Keys.text(afterName), afterName.isEmpty() ? none : new byte[] {0}),
        limit,
        (key, value) -> Optional.of(parse(value, StoredNamespace.parser())));
  }

  @Override
  public Optional<Memory> memory(long uid, String id) {
    return get(Family.MEMORIES, Keys.of(uid, id), Memory.parser());
  }

  @Override
  public List<Optional<Memory>> memories(long uid, List<String> ids) {
    return values(Family.MEMORIES, uid, ids, Memory.parser());
  }

  @Override
  public List<Optional<StoredTokens>> tokens(long uid, List<String> ids) {
    return values(Family.TOKENS, uid, ids, StoredTokens.parser());
  }

  @Override
  public List<MemoryUsage> usages(long uid, List<String> ids) {
    return values(Family.USES, uid, ids, MemoryUsage.parser()).stream()
        .map(usage -> usage.orElse(MemoryUsage.getDefaultInstance()))
        .toList();
  }

  @Override
  public ForgettingReason forgotten(long uid, String id, long upTo) {
    byte[] key = Keys.of(uid, id);
    try (Slice lower = new Slice(Keys.past(key, 0));
        Slice upper = new Slice(Keys.past(key, upTo + 1));
        ReadOptions bounded = bounded(lower, upper);
        RocksIterator it = iterator(Family.PAST_MEMORIES, bounded)) {
      it.seekToLast();
      return it.isValid()
          ? revision(uid, Keys.last(it.key())).orElseThrow().getForgottenBecause()
          : ForgettingReason.FORGETTING_REASON_UNSPECIFIED;
    }
  }

  private <M extends MessageLite> List<Optional<M>> values(
      Family family, long uid, List<String> ids, Parser<M> parser) {
    if (ids.isEmpty()) {
      // RocksDB asserts that there is a key.
      return List.of();
    }
    List<byte[]> keys = new ArrayList<>(ids.size());
    for (String id : ids) {
      keys.add(Keys.of(uid, id));
    }
    try {
      List<byte[]> values =
          database
              .rocks()
              .multiGetAsList(
                  options, Collections.nCopies(keys.size(), database.handle(family)), keys);
      List<Optional<M>> found = new ArrayList<>(ids.size());
      for (byte[] value : values) {
        found.add(Optional.ofNullable(value).map(bytes -> parse(bytes, parser)));
      }
      return found;
    } catch (RocksDBException e) {
      throw new IllegalStateException("read from the log failed", e);
    }
  }

  @Override
  public List<NamedVector> vectors(long uid, String id) {
    return get(Family.VECTORS, Keys.of(uid, id), StoredVectors.parser())
        .map(StoredVectors::getVectorsList)
        .orElse(List.of());
  }

  @Override
  public Page<Memory> memories(
      long uid, MemorySet set, String afterId, Predicate<Memory> filter, int limit) {
    Family family =
        switch (set) {
          case ALL -> Family.MEMORIES;
          case PINNED -> Family.PINNED;
          case UNENCODED -> Family.UNENCODED;
          case TOKENLESS -> Family.TOKENLESS;
        };
    byte[] prefix = Keys.number(uid);
    return scan(
        family,
        prefix,
        afterId.isEmpty() ? prefix : Keys.concat(Keys.of(uid, afterId), new byte[] {0}),
        limit,
        (key, value) ->
            (set == MemorySet.ALL
                    ? Optional.of(parse(value, Memory.parser()))
                    : memory(uid, Keys.idOf(key)))
                .filter(filter));
  }

  @Override
  public Page<Memory> turns(long uid, String session, long after, boolean oldestFirst, int limit) {
    byte[] prefix = Keys.group(uid, session);
    try (Slice lower = new Slice(prefix);
        Slice upper = new Slice(Keys.after(prefix));
        ReadOptions bounded = bounded(lower, upper);
        RocksIterator it = database.rocks().newIterator(database.handle(Family.TURNS), bounded)) {
      if (after == 0 && oldestFirst) {
        it.seekToFirst();
      } else if (after == 0) {
        it.seekToLast();
      } else if (oldestFirst) {
        it.seek(Keys.inGroup(uid, session, Keys.number(after + 1)));
      } else {
        it.seekForPrev(Keys.inGroup(uid, session, Keys.number(after - 1)));
      }
      List<Memory> turns = new ArrayList<>();
      long bytes = 0;
      while (it.isValid()) {
        Memory turn = memory(uid, new String(it.value(), StandardCharsets.UTF_8)).orElseThrow();
        bytes += turn.getSerializedSize();
        if (isFull(turns, limit, bytes)) {
          return new Page<>(turns, true);
        }
        turns.add(turn);
        if (oldestFirst) {
          it.next();
        } else {
          it.prev();
        }
      }
      return new Page<>(turns, false);
    }
  }

  @Override
  public Optional<Record> record(long uid, String collection, String id) {
    return get(Family.RECORDS, Keys.inGroup(uid, collection, Keys.text(id)), Record.parser());
  }

  @Override
  public Page<Record> records(long uid, String collection, String afterId, int limit) {
    byte[] prefix = Keys.group(uid, collection);
    byte[] start =
        afterId.isEmpty()
            ? prefix
            : Keys.concat(Keys.inGroup(uid, collection, Keys.text(afterId)), new byte[] {0});
    return scan(
        Family.RECORDS,
        prefix,
        start,
        limit,
        (key, value) -> Optional.of(parse(value, Record.parser())));
  }

  @Override
  public void close() {
    options.close();
    database.rocks().releaseSnapshot(snapshot);
    snapshot.close();
    onClose.run();
  }

  private <T extends MessageLite> Page<T> scan(
      Family family, byte[] prefix, byte[] start, int limit, Item<T> item) {
    try (Slice lower = new Slice(prefix);
        Slice upper = new Slice(prefix.length == 0 ? new byte[0] : Keys.after(prefix));
        ReadOptions bounded =
            prefix.length == 0 ? new ReadOptions(options) : bounded(lower, upper);
        RocksIterator it = database.rocks().newIterator(database.handle(family), bounded)) {
      List<T> items = new ArrayList<>();
      long bytes = 0;
      for (it.seek(start); it.isValid(); it.next()) {
        Optional<T> next = item.read(it.key(), it.value());
        if (next.isEmpty()) {
          continue;
        }
        bytes += next.get().getSerializedSize();
        if (isFull(items, limit, bytes)) {
          return new Page<>(items, true);
        }
        items.add(next.get());
      }
      return new Page<>(items, false);
    }
  }

  /** Whether an item with which the page has {@code bytes} begins the next page. */
  static boolean isFull(List<?> items, int limit, long bytes) {
    return items.size() == limit || (bytes > PAGE_BYTES && !items.isEmpty());
  }

  ReadOptions bounded(Slice lower, Slice upper) {
    return new ReadOptions(options).setIterateLowerBound(lower).setIterateUpperBound(upper);
  }

  private <M extends MessageLite> Optional<M> get(Family family, byte[] key, Parser<M> parser) {
    try {
      byte @Nullable [] value = database.rocks().get(database.handle(family), options, key);
      return Optional.ofNullable(value).map(found -> parse(found, parser));
    } catch (RocksDBException e) {
      throw new IllegalStateException("read from the log failed", e);
    }
  }

  /** The entry of a revision, if it is known. */
  Optional<StoredRevision> revision(long uid, long revision) {
    return get(Family.REVISIONS, Keys.of(uid, revision), StoredRevision.parser());
  }

  /** An iterator over what begins with a prefix. */
  RocksIterator iterator(Family family, ReadOptions bounded) {
    return database.rocks().newIterator(database.handle(family), bounded);
  }

  boolean has(Family family, byte[] key) {
    try {
      return database.rocks().get(database.handle(family), options, key) != null;
    } catch (RocksDBException e) {
      throw new IllegalStateException("read from the log failed", e);
    }
  }

  static <M extends MessageLite> M parse(byte[] value, Parser<M> parser) {
    try {
      return parser.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged value in the log", e);
    }
  }

  @FunctionalInterface
  private interface Item<T> {
    Optional<T> read(byte[] key, byte[] value);
  }
}
