package io.mnestic.memory.watch;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.util.List;

/**
 * Reads a namespace's log on from a revision, a little at a time, and sees to it that none lacks.
 */
final class Feed {
  private static final int BATCH_ENTRIES = 32;
  private static final int BATCH_BYTES = 128 << 10;

  private final MemoryLog log;
  private final StoredNamespace namespace;
  private long position;

  private Feed(MemoryLog log, StoredNamespace namespace, long position) {
    this.log = log;
    this.namespace = namespace;
    this.position = position;
  }

  /**
   * A feed of the entries after a revision.
   *
   * @throws Refusal REVISION_NOT_REACHED, or REVISION_EXPIRED if some of those entries are gone
   */
  static Feed after(MemoryLog log, StoredNamespace namespace, long revision) {
    long newest = namespace.getNamespace().getRevision();
    if (revision > newest) {
      throw Refusal.of(
              Reason.REASON_REVISION_NOT_REACHED,
              "after_revision is %d and the namespace is at %d: use a revision that was received"
                  .formatted(revision, newest))
          .withField("after_revision");
    }
    if (revision == newest) {
      return new Feed(log, namespace, namespace.getPosition());
    }
    LogEntry first = entryFrom(log, namespace, 1);
    long oldest = first.getRevision() - (first.getDerived() ? 0 : 1);
    if (revision < oldest) {
      throw expired(revision, oldest).withField("after_revision");
    }
    return new Feed(log, namespace, lastUpTo(log, namespace, revision, first.getPosition() - 1));
  }

  /** What follows what was read before; empty at the end of the log. */
  List<LogEntry> next() {
    List<LogEntry> entries =
        log.entriesAfter(namespace.getUid(), position, BATCH_ENTRIES, BATCH_BYTES);
    if (!entries.isEmpty()) {
      LogEntry first = entries.getFirst();
      if (first.getPosition() != position + 1) {
        long oldest = first.getRevision() - (first.getDerived() ? 0 : 1);
        throw expired(oldest - 1, oldest);
      }
      position = entries.getLast().getPosition();
    }
    return entries;
  }

  long position() {
    return position;
  }

  /** Binary search, as revisions never go down: the last position at or before the revision. */
  private static long lastUpTo(
      MemoryLog log, StoredNamespace namespace, long revision, long before) {
    long low = before;
    long high = namespace.getPosition();
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (entryFrom(log, namespace, middle).getRevision() <= revision) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The first entry at or behind a position, one of those that were in the log at the start. */
  private static LogEntry entryFrom(MemoryLog log, StoredNamespace namespace, long position) {
    return log.entriesAfter(namespace.getUid(), position - 1, 1, Integer.MAX_VALUE).stream()
        .findFirst()
        .orElseThrow(() -> deleted(namespace));
  }

  /** The refusal of a watch whose namespace is gone. */
  static Refusal deleted(StoredNamespace namespace) {
    return Refusal.of(
            Reason.REASON_NAMESPACE_NOT_FOUND,
            "the namespace '" + namespace.getNamespace().getName() + "' was deleted")
        .withField("namespace");
  }

  private static Refusal expired(long revision, long oldest) {
    return Refusal.of(
            Reason.REASON_REVISION_EXPIRED,
            "changes after revision %d are no longer kept whole: read the memories, then watch after %d or later"
                .formatted(revision, oldest))
        .withMetadata("oldest_revision", Long.toString(oldest));
  }
}
