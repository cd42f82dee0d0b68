package io.mnestic.memory.log;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.StoredNamespace;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * The revisions of a namespace that are kept however old they are: those of its snapshots, and for
 * a branch the one that its next merge compares with.
 */
final class Pins {
  private Pins() {}

  static NavigableSet<Long> of(Database database, ReadOptions options, StoredNamespace namespace) {
    NavigableSet<Long> revisions = new TreeSet<>();
    if (namespace.getParentUid() != 0) {
      revisions.add(namespace.getMergedRevision());
    }
    byte[] prefix = Keys.number(namespace.getUid());
    try (Slice upper = new Slice(Keys.after(prefix));
        ReadOptions bounded = new ReadOptions(options).setIterateUpperBound(upper);
        RocksIterator it =
            database.rocks().newIterator(database.handle(Family.SNAPSHOTS), bounded)) {
      for (it.seek(prefix); it.isValid(); it.next()) {
        revisions.add(Snapshot.parseFrom(it.value()).getRevision());
      }
      return revisions;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged snapshot in the log", e);
    }
  }

  /** What a pin of a revision kept is looked at again by the trim. */
  static StoredNamespace.Builder unpinned(StoredNamespace namespace, long revision) {
    return namespace.toBuilder()
        .setTrimmedRevision(Math.min(namespace.getTrimmedRevision(), revision));
  }
}
