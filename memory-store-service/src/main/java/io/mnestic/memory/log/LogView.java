package io.mnestic.memory.log;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.ForgettingReason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryUsage;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredTokens;
import io.mnestic.wire.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A consistent look at the state, or at that of one namespace at a revision of the past. Memories
 * come without vectors and token vectors.
 */
public interface LogView extends AutoCloseable {
  /**
   * The namespace of this name.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND
   */
  StoredNamespace namespace(String name);

  /**
   * The namespace of this name at a moment, with what reads its content as of then.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND, REVISION_NOT_REACHED, REVISION_EXPIRED
   */
  NamespaceState at(String name, Moment moment);

  /**
   * What reads a namespace, seen before, as of a revision.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND if it was deleted since, REVISION_EXPIRED
   */
  default LogView past(StoredNamespace seen, long revision) {
    String name = seen.getNamespace().getName();
    NamespaceState state = at(name, Moment.at(revision));
    if (state.namespace().getUid() != seen.getUid()) {
      throw Refusal.of(
              Reason.REASON_NAMESPACE_NOT_FOUND, "the namespace '" + name + "' was deleted")
          .withField("namespace");
    }
    return state.view();
  }

  /** The oldest revision of the namespace that can be read. */
  long oldestRevision(StoredNamespace namespace);

  /**
   * The memories that a revision saw and that later ones ended, with all their vectors, by id.
   *
   * @param head up to which revision they were ended
   */
  void superseded(long uid, long revision, long head, Consumer<Memory> into);

  /** A namespace's snapshot. */
  Optional<Snapshot> snapshot(long uid, String name);

  /** A namespace's snapshots in order of their names' UTF-8 bytes, after {@code afterName}. */
  Page<Snapshot> snapshots(long uid, String afterName, int limit);

  /** The memories that two revisions, which can be read, do not have alike, by id. */
  Page<Versions<Memory>> memoryDifferences(long uid, long from, long to, String afterId, int limit);

  /**
   * The records that two revisions do not have alike, by collection and id, each in order of length
   * and UTF-8 bytes.
   *
   * @param after holds the collection and id to start after; nothing to start with the first
   */
  Page<Versions<Record>> recordDifferences(
      long uid, long from, long to, Optional<Record> after, int limit);

  /** Namespaces in order of their names' UTF-8 bytes, after {@code afterName}. */
  Page<StoredNamespace> namespaces(String afterName, int limit);

  /** A memory's version. */
  Optional<Memory> memory(long uid, String id);

  /** Versions of those of {@code ids} that exist, in the order of {@code ids}. */
  List<Optional<Memory>> memories(long uid, List<String> ids);

  /** A memory's vectors, at unit length; empty if it has none. */
  List<NamedVector> vectors(long uid, String id);

  /** A memory that this view gave, with its vectors and token vectors. */
  default Memory whole(long uid, Memory memory) {
    Memory.Builder whole = memory.toBuilder().addAllVectors(vectors(uid, memory.getId()));
    tokens(uid, List.of(memory.getId()))
        .getFirst()
        .ifPresent(stored -> whole.addAllTokenVectors(stored.getTokensList()));
    return whole.build();
  }

  /**
   * The packed token vectors of those of {@code ids} that have some, in the order of {@code ids}.
   */
  List<Optional<StoredTokens>> tokens(long uid, List<String> ids);

  /** How often memories were used, up to now, in the order of {@code ids}. */
  List<MemoryUsage> usages(long uid, List<String> ids);

  /**
   * Why the namespace's policy ended the last of a memory's versions that ended up to a revision;
   * unspecified if it did not.
   */
  ForgettingReason forgotten(long uid, String id, long upTo);

  /** Those of a set of memories that pass a filter, in order of their ids' UTF-8 bytes. */
  Page<Memory> memories(
      long uid, MemorySet set, String afterId, Predicate<Memory> filter, int limit);

  /**
   * A session's turns in order of their sequence numbers.
   *
   * @param after the sequence number to start after (or before, newest first); 0 to start at the
   *     end
   */
  Page<Memory> turns(long uid, String session, long after, boolean oldestFirst, int limit);

  /** A record's version. */
  Optional<Record> record(long uid, String collection, String id);

  /** A collection's records in order of their ids' UTF-8 bytes, after {@code afterId}. */
  Page<Record> records(long uid, String collection, String afterId, int limit);

  @Override
  void close();
}
