package io.mnestic.memory.search;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.IndexAnswer;
import io.mnestic.memory.index.IndexHit;
import io.mnestic.memory.index.IndexQuery;
import io.mnestic.memory.index.IndexReading;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.indexing.OpenIndexes;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Moment;
import io.mnestic.memory.log.NamespaceState;
import io.mnestic.memory.usage.CountUses;
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
  static final long REPLY_BYTES = 32L << 20;

  /** Memories read from the log at once: some may be big, and not all may fit in the reply. */
  private static final int BATCH = 32;

  private final MemoryLog log;
  private final Indexer indexer;

  private final CountUses uses;

  SearchMemories(MemoryLog log, Indexer indexer, CountUses uses) {
    this.log = log;
    this.indexer = indexer;
    this.uses = uses;
  }

  /**
   * Finds memories.
   *
   * @throws Refusal as the contract lists them
   */
  public SearchMemoriesResponse search(SearchMemoriesRequest request) {
    return search(request, REPLY_BYTES);
  }

  /**
   * As {@link #search(SearchMemoriesRequest)}.
   *
   * @param bytes that hits and neighbors may have, the first hit apart
   */
  SearchMemoriesResponse search(SearchMemoriesRequest request, long bytes) {
    Moment moment = Moment.of(request);
    NamespaceState state;
    try (LogView view = log.view(moment)) {
      state = view.at(request.getNamespace(), moment);
    }
    StoredNamespace namespace = state.namespace();
    IndexQuery query = CheckSearch.check(request, namespace);
    if (request.getMinRevision() > namespace.getNamespace().getRevision()) {
      throw Refusal.of(
              Reason.REASON_REVISION_NOT_REACHED,
              "min_revision is %d and the namespace is at %d: use a revision that a write answered"
                  .formatted(request.getMinRevision(), namespace.getNamespace().getRevision()))
          .withField("min_revision");
    }
    Optional<TokenSearch> tokens = TokenSearch.of(request, namespace, query);
    if (!moment.isNow()) {
      return searchPast(query, tokens, namespace, state.revision(), bytes);
    }
    Stages stages;
    try (OpenIndexes.Lease lease = indexer.await(namespace, request.getMinRevision());
        IndexReading index = lease.index().reading(request.getMinRevision())) {
      stages = Stages.of(index, query, tokens);
    }
    try (LogView view = log.view()) {
      SearchMemoriesResponse response =
          answer(view, namespace.getUid(), stages.rank(view, namespace.getUid()), bytes);
      if (!request.getUncounted()) {
        uses.count(
            namespace.getUid(),
            response.getHitsList().stream().map(hit -> hit.getMemory().getId()).toList());
      }
      return response;
    }
  }

  private SearchMemoriesResponse searchPast(
      IndexQuery query,
      Optional<TokenSearch> tokens,
      StoredNamespace namespace,
      long revision,
      long bytes) {
    if (query.minRevision() > 0) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "min_revision and as_of contradict each other: set one of them")
          .withField("min_revision");
    }
    Stages stages;
    try (OpenIndexes.Lease lease = indexer.await(namespace, revision);
        IndexReading index =
            lease.index().past(revision, indexer.superseded(namespace, revision))) {
      stages = Stages.of(index, query, tokens);
    }
    try (LogView view = log.view()) {
      LogView then = view.past(namespace, revision);
      return answer(then, namespace.getUid(), stages.rank(then, namespace.getUid()), bytes);
    }
  }

  private SearchMemoriesResponse answer(LogView view, long uid, IndexAnswer answer, long bytes) {
    SearchMemoriesResponse.Builder response =
        SearchMemoriesResponse.newBuilder()
            .setRevision(answer.revision())
            .setExact(answer.exact())
            .addAllPlacements(answer.placements());
    long room = fill(view, uid, answer.hits(), bytes, true, response::addHits);
    var _ = fill(view, uid, answer.neighbors(), room, false, response::addNeighbors);
    return response.build();
  }

  /**
   * Adds the best while there is room, and gives the room left: none once one did not fit. A memory
   * deleted since the index was read is left out.
   *
   * @param first whether the first is added in any case
   */
  private long fill(
      LogView view,
      long uid,
      List<IndexHit> found,
      long bytes,
      boolean first,
      Consumer<SearchHit> into) {
    long room = bytes;
    boolean any = !first;
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
          if (size <= room || !any) {
            into.accept(next);
          }
          any = true;
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
