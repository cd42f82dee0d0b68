package io.mnestic.memory.log;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Record;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.Slice;

/** Compares two revisions of a namespace by walking both at once. */
final class DifferenceScan {
  private final RocksView view;
  private final long uid;
  private final PastView from;
  private final PastView to;

  DifferenceScan(RocksView view, long uid, long from, long to) {
    this.view = view;
    this.uid = uid;
    this.from = new PastView(view, from);
    this.to = new PastView(view, to);
  }

  Page<Versions<Memory>> memories(String afterId, int limit) {
    byte[] prefix = Keys.number(uid);
    byte[] after = Keys.of(uid, afterId);
    try (Slice lower = new Slice(prefix);
        Slice upper = new Slice(Keys.after(prefix));
        ReadOptions bounded = view.bounded(lower, upper);
        VersionScan<Memory> before = from.memories(bounded, prefix, after);
        VersionScan<Memory> later = to.memories(bounded, prefix, after)) {
      return page(
          before,
          later,
          Memory::getRevision,
          PastView::withoutVectors,
          Memory::getSerializedSize,
          limit);
    }
  }

  Page<Versions<Record>> records(Optional<Record> afterRecord, int limit) {
    byte[] prefix = Keys.number(uid);
    byte[] after =
        afterRecord
            .map(it -> Keys.inGroup(uid, it.getCollection(), Keys.text(it.getId())))
            .orElse(prefix);
    try (Slice lower = new Slice(prefix);
        Slice upper = new Slice(Keys.after(prefix));
        ReadOptions bounded = view.bounded(lower, upper);
        VersionScan<Record> before = from.records(bounded, prefix, after);
        VersionScan<Record> later = to.records(bounded, prefix, after)) {
      return page(
          before,
          later,
          Record::getRevision,
          UnaryOperator.identity(),
          Record::getSerializedSize,
          limit);
    }
  }

  /** Two states have the same version if the same revision wrote both. */
  private static <T> Page<Versions<T>> page(
      VersionScan<T> before,
      VersionScan<T> after,
      ToLongFunction<T> writtenBy,
      UnaryOperator<T> shown,
      ToIntFunction<T> size,
      int limit) {
    List<Versions<T>> items = new ArrayList<>();
    long bytes = 0;
    VersionScan.@Nullable Version<T> old = before.next();
    VersionScan.@Nullable Version<T> young = after.next();
    while (old != null || young != null) {
      int order =
          old == null ? 1 : young == null ? -1 : Arrays.compareUnsigned(old.key(), young.key());
      T left = old == null || order > 0 ? null : old.value();
      T right = young == null || order < 0 ? null : young.value();
      boolean alike =
          left != null
              && right != null
              && writtenBy.applyAsLong(left) == writtenBy.applyAsLong(right);
      if (!alike) {
        T first = left == null ? null : shown.apply(left);
        T second = right == null ? null : shown.apply(right);
        bytes += first == null ? 0 : size.applyAsInt(first);
        bytes += second == null ? 0 : size.applyAsInt(second);
        if (RocksView.isFull(items, limit, bytes)) {
          return new Page<>(items, true);
        }
        items.add(new Versions<>(first, second));
      }
      old = order <= 0 ? before.next() : old;
      young = order >= 0 ? after.next() : young;
    }
    return new Page<>(items, false);
  }
}
