package io.mnestic.memory.log;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Record;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredTokens;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A consistent look at the state. Memories come without vectors. */
public interface LogView extends AutoCloseable {
  /**
   * The namespace of this name.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND
   */
  StoredNamespace namespace(String name);

  /** Namespaces in order of their names' UTF-8 bytes, after {@code afterName}. */
  Page<StoredNamespace> namespaces(String afterName, int limit);

  /** A memory's current version. */
  Optional<Memory> memory(long uid, String id);

  /** Current versions of those of {@code ids} that exist, in the order of {@code ids}. */
  List<Optional<Memory>> memories(long uid, List<String> ids);

  /** A memory's vectors, at unit length; empty if it has none. */
  List<NamedVector> vectors(long uid, String id);

  /**
   * The packed token vectors of those of {@code ids} that have some, in the order of {@code ids}.
   */
  List<Optional<StoredTokens>> tokens(long uid, List<String> ids);

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

  /** A record's current version. */
  Optional<Record> record(long uid, String collection, String id);

  /** A collection's records in order of their ids' UTF-8 bytes, after {@code afterId}. */
  Page<Record> records(long uid, String collection, String afterId, int limit);

  @Override
  void close();
}
