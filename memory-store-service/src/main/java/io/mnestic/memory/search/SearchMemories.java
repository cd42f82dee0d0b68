package io.mnestic.memory.search;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.IndexAnswer;
import io.mnestic.memory.index.IndexHit;
import io.mnestic.memory.index.IndexQuery;
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
    IndexAnswer answer;
    try (OpenIndexes.Lease lease = indexer.await(namespace, request.getMinRevision())) {
      answer = lease.index().search(query);
    }
    SearchMemoriesResponse.Builder response =
        SearchMemoriesResponse.newBuilder().setRevision(answer.revision()).setExact(answer.exact());
    try (LogView view = log.view()) {
      long uid = namespace.getUid();
      fill(view, uid, answer.hits(), response::addHits);
      fill(view, uid, answer.neighbors(), response::addNeighbors);
    }
    return response.build();
  }

  /** A memory deleted since the index was read is left out. */
  private void fill(LogView view, long uid, List<IndexHit> found, Consumer<SearchHit> into) {
    List<Optional<Memory>> memories = view.memories(uid, found.stream().map(IndexHit::id).toList());
    for (int i = 0; i < found.size(); i++) {
      IndexHit hit = found.get(i);
      memories
          .get(i)
          .flatMap(current -> asSearched(uid, hit, current))
          .ifPresent(memory ->
              into.accept(
                  SearchHit.newBuilder()
                      .setMemory(memory)
                      .setScore(hit.score())
                      .addAllLanes(hit.lanes())
                      .setMatchedVector(hit.matchedVector())
                      .build()));
    }
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
        .map(memory -> memory.toBuilder().clearVectors().build());
  }
}
