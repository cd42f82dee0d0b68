package io.mnestic.memory.log;

import io.mnestic.memory.v1.ForgettingReason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryUsage;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.memory.v1.Turn;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** What a {@link RocksView} saw at a revision of the past, of the one namespace it is used for. */
final class PastView implements LogView {
  private final RocksView view;
  private final long revision;

  PastView(RocksView view, long revision) {
    this.view = view;
    this.revision = revision;
  }

  @Override
  public StoredNamespace namespace(String name) {
    return view.namespace(name);
  }

  @Override
  public NamespaceState at(String name, Moment moment) {
    return view.at(name, moment);
  }

  @Override
  public long oldestRevision(StoredNamespace namespace) {
    return view.oldestRevision(namespace);
  }

  @Override
  public Optional<Snapshot> snapshot(long uid, String name) {
    return view.snapshot(uid, name);
  }

  @Override
  public Page<Snapshot> snapshots(long uid, String afterName, int limit) {
    return view.snapshots(uid, afterName, limit);
  }

  @Override
  public Page<Versions<Memory>> memoryDifferences(
      long uid, long from, long to, String afterId, int limit) {
    return view.memoryDifferences(uid, from, to, afterId, limit);
  }

  @Override
  public Page<Versions<Record>> recordDifferences(
      long uid, long from, long to, Optional<Record> after, int limit) {
    return view.recordDifferences(uid, from, to, after, limit);
  }

  @Override
  public Page<StoredNamespace> namespaces(String afterName, int limit) {
    return view.namespaces(afterName, limit);
  }

  @Override
  public Optional<Memory> memory(long uid, String id) {
    Optional<Memory> current =
        view.memory(uid, id).filter(memory -> memory.getRevision() <= revision);
    return current.isPresent() ? current : past(uid, id).map(PastView::withoutVectors);
  }

  @Override
  public List<Optional<Memory>> memories(long uid, List<String> ids) {
    return ids.stream().map(id -> memory(uid, id)).toList();
  }

  @Override
  public List<NamedVector> vectors(long uid, String id) {
    return view.memory(uid, id).filter(memory -> memory.getRevision() <= revision).isPresent()
        ? view.vectors(uid, id)
        : past(uid, id).map(Memory::getVectorsList).orElse(List.of());
  }

  @Override
  public List<Optional<StoredTokens>> tokens(long uid, List<String> ids) {
    List<Optional<StoredTokens>> current = view.tokens(uid, ids);
    List<Optional<StoredTokens>> then = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      Optional<StoredTokens> unchanged =
          current.get(i).filter(tokens -> tokens.getRevision() <= revision);
      then.add(unchanged.isPresent() ? unchanged : past(uid, ids.get(i)).flatMap(PastView::tokens));
    }
    return then;
  }

  @Override
  public List<MemoryUsage> usages(long uid, List<String> ids) {
    return view.usages(uid, ids);
  }

  @Override
  public ForgettingReason forgotten(long uid, String id, long upTo) {
    return view.forgotten(uid, id, upTo);
  }

  @Override
  public Page<Memory> memories(
      long uid, MemorySet set, String afterId, Predicate<Memory> filter, int limit) {
    byte[] prefix = Keys.number(uid);
    byte[] after = Keys.of(uid, afterId);
    try (Slice lower = new Slice(prefix);
        Slice upper = new Slice(Keys.after(prefix));
        ReadOptions bounded = view.bounded(lower, upper);
        VersionScan<Memory> scan = memories(bounded, prefix, after)) {
      return page(
          scan,
          limit,
          version -> {
            Memory memory = withoutVectors(version.value());
            return isIn(set, version) && filter.test(memory)
                ? Optional.of(memory)
                : Optional.empty();
          });
    }
  }

  @Override
  public void superseded(long uid, long ofRevision, long head, Consumer<Memory> into) {
    view.superseded(uid, ofRevision, head, into);
  }

  /** The memories seen that a revision up to {@code head} ended. */
  void superseded(long uid, long head, Consumer<Memory> into) {
    byte[] prefix = Keys.number(uid);
    try (Slice lower = new Slice(prefix);
        Slice upper = new Slice(Keys.after(prefix));
        Slice nothing = new Slice(prefix);
        ReadOptions bounded = view.bounded(lower, upper);
        ReadOptions empty = view.bounded(lower, nothing);
        VersionScan<Memory> scan =
            new VersionScan<>(
                view.iterator(Family.MEMORIES, empty),
                view.iterator(Family.PAST_MEMORIES, bounded),
                prefix,
                prefix,
                revision,
                value -> RocksView.parse(value, Memory.parser()),
                Memory::getRevision)) {
      for (VersionScan.@Nullable Version<Memory> version = scan.next();
          version != null;
          version = scan.next()) {
        if (version.until() <= head) {
          into.accept(version.value());
        }
      }
    }
  }

  @Override
  public Page<Memory> turns(long uid, String session, long after, boolean oldestFirst, int limit) {
    byte[] prefix = Keys.group(uid, session);
    try (Slice lower = new Slice(prefix);
        Slice upper = new Slice(Keys.after(prefix));
        ReadOptions bounded = view.bounded(lower, upper);
        RocksIterator heads = view.iterator(Family.TURNS, bounded);
        RocksIterator pasts = view.iterator(Family.PAST_TURNS, bounded)) {
      PlaceScan places = new PlaceScan(heads, pasts, prefix, after, oldestFirst, revision);
      List<Memory> turns = new ArrayList<>();
      long bytes = 0;
      for (PlaceScan.@Nullable Place place = places.next(); place != null; place = places.next()) {
        Optional<Memory> turn = memory(uid, place.id());
        if (turn.isEmpty() || !stands(turn.get().getTurn(), session, place.sequence())) {
          continue;
        }
        bytes += turn.get().getSerializedSize();
        if (RocksView.isFull(turns, limit, bytes)) {
          return new Page<>(turns, true);
        }
        turns.add(turn.get());
      }
      return new Page<>(turns, false);
    }
  }

  @Override
  public Optional<Record> record(long uid, String collection, String id) {
    Optional<Record> current =
        view.record(uid, collection, id).filter(record -> record.getRevision() <= revision);
    byte[] key = Keys.inGroup(uid, collection, Keys.text(id));
    return current.isPresent()
        ? current
        : past(
            Family.PAST_RECORDS,
            key,
            value -> RocksView.parse(value, Record.parser()),
            Record::getRevision);
  }

  @Override
  public Page<Record> records(long uid, String collection, String afterId, int limit) {
    byte[] prefix = Keys.group(uid, collection);
    byte[] after = Keys.inGroup(uid, collection, Keys.text(afterId));
    try (Slice lower = new Slice(prefix);
        Slice upper = new Slice(Keys.after(prefix));
        ReadOptions bounded = view.bounded(lower, upper);
        VersionScan<Record> scan = records(bounded, prefix, after)) {
      return page(scan, limit, version -> Optional.of(version.value()));
    }
  }

  /** Nothing: what it was made from is closed instead. */
  @Override
  public void close() {}

  VersionScan<Memory> memories(ReadOptions bounded, byte[] prefix, byte[] after) {
    return new VersionScan<>(
        view.iterator(Family.MEMORIES, bounded),
        view.iterator(Family.PAST_MEMORIES, bounded),
        prefix,
        after,
        revision,
        value -> RocksView.parse(value, Memory.parser()),
        Memory::getRevision);
  }

  VersionScan<Record> records(ReadOptions bounded, byte[] prefix, byte[] after) {
    return new VersionScan<>(
        view.iterator(Family.RECORDS, bounded),
        view.iterator(Family.PAST_RECORDS, bounded),
        prefix,
        after,
        revision,
        value -> RocksView.parse(value, Record.parser()),
        Record::getRevision);
  }

  private static <T extends com.google.protobuf.MessageLite> Page<T> page(
      VersionScan<T> scan, int limit, Item<T> item) {
    List<T> items = new ArrayList<>();
    long bytes = 0;
    for (VersionScan.@Nullable Version<T> version = scan.next();
        version != null;
        version = scan.next()) {
      Optional<T> next = item.read(version);
      if (next.isEmpty()) {
        continue;
      }
      bytes += next.get().getSerializedSize();
      if (RocksView.isFull(items, limit, bytes)) {
        return new Page<>(items, true);
      }
      items.add(next.get());
    }
    return new Page<>(items, false);
  }

  private boolean isIn(MemorySet set, VersionScan.Version<Memory> version) {
    return switch (set) {
      case ALL -> true;
      case PINNED -> version.value().getPinned();
      case TOKENLESS ->
          version.current()
              ? view.has(Family.TOKENLESS, version.key())
              : version.value().getTokenVectorsCount() == 0;
      case UNENCODED ->
          version.current()
              ? view.has(Family.UNENCODED, version.key())
              : version.value().getVectorsList().stream()
                  .noneMatch(vector -> vector.getName().equals("key"));
    };
  }

  private Optional<Memory> past(long uid, String id) {
    return past(
        Family.PAST_MEMORIES,
        Keys.of(uid, id),
        value -> RocksView.parse(value, Memory.parser()),
        Memory::getRevision);
  }

  /** The superseded version that the revision saw. */
  private <T> Optional<T> past(
      Family family, byte[] key, VersionScan.Parse<T> parser, ToLongFunction<T> writtenBy) {
    try (Slice lower = new Slice(Keys.past(key, 0));
        Slice upper = new Slice(Keys.past(key, Long.MAX_VALUE));
        ReadOptions bounded = view.bounded(lower, upper);
        RocksIterator it = view.iterator(family, bounded)) {
      it.seek(Keys.past(key, revision + 1));
      return it.isValid()
          ? Optional.of(parser.parse(it.value()))
              .filter(value -> writtenBy.applyAsLong(value) <= revision)
          : Optional.empty();
    }
  }

  private static boolean stands(Turn turn, String session, long sequence) {
    return turn.getSession().equals(session) && turn.getSequence() == sequence;
  }

  static Memory withoutVectors(Memory memory) {
    return memory.getVectorsCount() + memory.getTokenVectorsCount() == 0
        ? memory
        : memory.toBuilder().clearVectors().clearTokenVectors().build();
  }

  private static Optional<StoredTokens> tokens(Memory past) {
    return past.getTokenVectorsCount() == 0
        ? Optional.empty()
        : Optional.of(
            StoredTokens.newBuilder()
                .setRevision(past.getRevision())
                .addAllTokens(past.getTokenVectorsList())
                .build());
  }

  @FunctionalInterface
  private interface Item<T> {
    Optional<T> read(VersionScan.Version<T> version);
  }
}
