package io.mnestic.memory.search;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.IndexAnswer;
import io.mnestic.memory.index.IndexHit;
import io.mnestic.memory.index.IndexQuery;
import io.mnestic.memory.index.TokenStatistics;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.indexing.OpenIndexes;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds memories: the index says which and why, the log what they hold. */
@Singleton
public final class SearchMemories {
  /** Hits and neighbors end before they have more than this, so that they fit in a message. */
  private static final long REPLY_BYTES = 32L << 20;

  /** Memories read from the log at once: some may be big, and not all may fit in the reply. */
  private static final int BATCH = 32;

  private final MemoryLog log;
  private final Indexer indexer;

  SearchMemories(MemoryLog log, Indexer indexer) {
    this.log = log;
    this.indexer = indexer;
  }

  /**
   * Finds memories.
   *
   * @throws Refusal as the contract lists them
   */
  public SearchMemoriesResponse search(SearchMemoriesRequest request) {
    StoredNamespace namespace;
    try (LogView view = log.view()) {
      namespace = view.namespace(request.getNamespace());
    }
    IndexQuery query = CheckSearch.check(request, namespace);
    if (request.getMinRevision() > namespace.getNamespace().getRevision()) {
      throw Refusal.of(
              Reason.REASON_REVISION_NOT_REACHED,
              "min_revision is %d and the namespace is at %d: use a revision that a write answered"
                  .formatted(request.getMinRevision(), namespace.getNamespace().getRevision()))
          .withField("min_revision");
    }
    Optional<TokenSearch> tokens = TokenSearch.of(request, namespace, query);
    IndexAnswer found;
    Optional<TokenStatistics> statistics;
    try (OpenIndexes.Lease lease = indexer.await(namespace, request.getMinRevision())) {
      found = lease.index().search(tokens.map(asked -> asked.firstStage(query)).orElse(query));
      statistics =
          tokens.map(asked -> lease.index().tokenStatistics(asked.ids(), request.getMinRevision()));
    }
    SearchMemoriesResponse.Builder response =
        SearchMemoriesResponse.newBuilder().setRevision(found.revision()).setExact(found.exact());
    try (LogView view = log.view()) {
      long uid = namespace.getUid();
      IndexAnswer answer =
          tokens.isEmpty()
              ? found
              : tokens.get().rank(view, uid, statistics.orElseThrow(), query.weights(), found);
      long room = fill(view, uid, answer.hits(), REPLY_BYTES, response::addHits);
      var _ = fill(view, uid, answer.neighbors(), room, response::addNeighbors);
    }
    return response.build();
  }

  /**
   * Adds the best while there is room, the first of all in any case, and gives the room left: none
   * once one did not fit. A memory deleted since the index was read is left out.
   */
  private long fill(
      LogView view, long uid, List<IndexHit> found, long bytes, Consumer<SearchHit> into) {
    long room = bytes;
    for (int from = 0; from < found.size() && room > 0; from += BATCH) {
      List<IndexHit> batch = found.subList(from, Math.min(from + BATCH, found.size()));
      List<Optional<Memory>> memories =
          view.memories(uid, batch.stream().map(IndexHit::id).toList());
      for (int i = 0; i < batch.size() && room > 0; i++) {
        IndexHit hit = batch.get(i);
        Optional<Memory> memory = memories.get(i).flatMap(current -> asSearched(uid, hit, current));
        if (memory.isPresent()) {
          SearchHit next = answer(hit, memory.get());
          int size = next.getSerializedSize();
          if (size <= room || room == REPLY_BYTES) {
            into.accept(next);
          }
          room = Math.max(0, room - size);
        }
      }
    }
    return room;
  }

  private static SearchHit answer(IndexHit hit, Memory memory) {
    return SearchHit.newBuilder()
        .setMemory(memory)
        .setScore(hit.score())
        .addAllLanes(hit.lanes())
        .setMatchedVector(hit.matchedVector())
        .build();
  }

  /** The version that was scored: a newer one might not even pass the filter. */
  private Optional<Memory> asSearched(long uid, IndexHit hit, Memory current) {
    if (current.getRevision() == hit.revision()) {
      return Optional.of(current);
    }
    return log.entriesAfter(uid, hit.position() - 1, 1, Integer.MAX_VALUE).stream()
        .flatMap(entry -> entry.getMemoriesList().stream())
        .filter(memory -> memory.getId().equals(hit.id()))
        .findFirst()
        .map(memory -> memory.toBuilder().clearVectors().clearTokenVectors().build());
  }
}
