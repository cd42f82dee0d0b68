package io.mnestic.memory.log;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredRevision;
import io.mnestic.wire.Refusal;
import java.time.Instant;
import java.util.Optional;

/** The revisions of one namespace in time, and which of them can be read. */
public final class Timeline {
  /** For how long a state is kept after a write replaced it, where the namespace says nothing. */
  public static final Duration DEFAULT_RETENTION = Durations.fromDays(30);

  private final RocksView view;
  private final StoredNamespace namespace;
  private final Timestamp now;

  Timeline(RocksView view, StoredNamespace namespace, Instant now) {
    this.view = view;
    this.namespace = namespace;
    this.now = timestamp(now);
  }

  /**
   * The revision that a read asks for.
   *
   * @throws Refusal REVISION_NOT_REACHED, REVISION_EXPIRED
   */
  long resolve(Moment moment) {
    long newest = namespace.getNamespace().getRevision();
    Long asked = moment.revision();
    Timestamp time = moment.time();
    if (asked != null) {
      // Unsigned: a number over 2^63 lies in the future too.
      if (Long.compareUnsigned(asked, newest) > 0) {
        throw Refusal.of(
                Reason.REASON_REVISION_NOT_REACHED,
                "%s is %s and the namespace is at %d: use a revision that a write answered"
                    .formatted(moment.field(), Long.toUnsignedString(asked), newest))
            .withField(moment.field());
      }
      return kept(asked, moment.field());
    }
    if (time == null) {
      return newest;
    }
    if (Timestamps.compare(time, now) > 0 && isAfterNewest(time)) {
      throw Refusal.of(
              Reason.REASON_REVISION_NOT_REACHED,
              moment.field() + " is " + Timestamps.toString(time) + ", which is in the future")
          .withField(moment.field());
    }
    long oldest = namespace.getOldestRevision();
    boolean before =
        oldest > 0
            && Timestamps.compare(
                    time, view.revision(namespace.getUid(), oldest).orElseThrow().getCommitTime())
                < 0;
    if (before) {
      throw expired(moment.field());
    }
    return kept(at(time), moment.field());
  }

  /** The oldest revision that can be read, snapshots apart. */
  long oldest() {
    return Math.max(namespace.getOldestRevision(), at(horizon(namespace, now)));
  }

  /** The time before which states that were replaced are gone. */
  static Timestamp horizon(StoredNamespace namespace, Timestamp now) {
    Duration retention =
        namespace.getNamespace().hasHistoryRetention()
            ? namespace.getNamespace().getHistoryRetention()
            : DEFAULT_RETENTION;
    return Timestamps.subtract(now, retention);
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private long kept(long revision, String field) {
    if (revision >= oldest() || view.pins(namespace).contains(revision)) {
      return revision;
    }
    throw expired(field);
  }

  private Refusal expired(String field) {
    long oldest = oldest();
    return Refusal.of(
            Reason.REASON_REVISION_EXPIRED,
            "%s is past the namespace's history_retention: the oldest revision left is %d"
                .formatted(field, oldest))
        .withField(field)
        .withMetadata("oldest_revision", Long.toString(oldest));
  }

  /** A clock set back leaves commits in what is now the future; they can be read. */
  private boolean isAfterNewest(Timestamp time) {
    return Timestamps.compare(time, namespace.getCommitTime()) > 0;
  }

  /**
   * The last revision committed up to a time, of those that are kept: at least the oldest stored.
   */
  private long at(Timestamp time) {
    long uid = namespace.getUid();
    long before = namespace.getOldestRevision();
    long after = namespace.getNamespace().getRevision() + 1;
    // Invariant: before was committed by then (or is the oldest there is), after was not.
    while (before + 1 < after) {
      long middle = (before + after) >>> 1;
      Optional<StoredRevision> stored = view.revision(uid, middle);
      if (Timestamps.compare(stored.orElseThrow().getCommitTime(), time) <= 0) {
        before = middle;
      } else {
        after = middle;
      }
    }
    return before;
  }
}
