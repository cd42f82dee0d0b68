package io.mnestic.orchestrator.template;

import io.grpc.Context;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import io.mnestic.orchestrator.encoding.TextEncoder;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.peers.PeerSettings;
import io.mnestic.orchestrator.space.Spaces;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Finds the examples that are most like a query. */
@Singleton
final class Examples {
  /** Candidates for each example that is wanted, so that there is something to choose from. */
  private static final int SPARE = 4;

  /** Most of a query that the store and the encoder take: 64 KiB as UTF-8, whatever it holds. */
  private static final int MOST_QUERY_CHARS = (64 << 10) / 3;

  private final Spaces spaces;
  private final TextEncoder encoder;
  private final MemoryStoreServiceBlockingStub store;
  private final PeerSettings peers;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Examples(
      Spaces spaces,
      TextEncoder encoder,
      MemoryStoreServiceBlockingStub store,
      PeerSettings peers) {
    this.spaces = spaces;
    this.encoder = encoder;
    this.store = store;
    this.peers = peers;
  }

  /** Finds some times as many examples as are wanted; none for a blank query. */
  Found find(String namespace, String query, Filter filter, int wanted, long minRevision) {
    if (query.isBlank() || wanted == 0) {
      return new Found(asExample(query, List.of()), List.of(), 0, List.of());
    }
    String start = start(query);
    SearchMemoriesRequest.Builder search =
        SearchMemoriesRequest.newBuilder()
            .setNamespace(namespace)
            .setText(start)
            .setFilter(filter.toBuilder().clearKinds().addKinds(Kind.KIND_EXAMPLE))
            .setLimit(SPARE * wanted)
            .setMinRevision(minRevision);
    List<Notice> notices = List.of();
    try {
      search.addAllVector(
          encoder.query(spaces.of(namespace), start, peers.queryEncodeDeadline()).vector());
    } catch (Refusal refusal) {
      notices = List.of(byWords(refusal));
    }
    SearchMemoriesResponse reply = store.searchMemories(search.build());
    return new Found(
        asExample(start, search.getVectorList()),
        withVectors(namespace, reply.getHitsList()),
        reply.getRevision(),
        notices);
  }

  /** The memories that are still there, best first. */
  private List<Example> withVectors(String namespace, List<SearchHit> hits) {
    Executor here = Context.current().fixedContextExecutor(threads);
    List<CompletableFuture<Optional<Memory>>> reading =
        hits.stream()
            .map(hit -> hit.getMemory().getId())
            .map(id -> CompletableFuture.supplyAsync(() -> read(namespace, id), here))
            .toList();
    return reading.stream()
        .map(CompletableFuture::join)
        .flatMap(Optional::stream)
        .map(Example::of)
        .toList();
  }

  private Optional<Memory> read(String namespace, String id) {
    return PeerFailure.unless(
        Reason.REASON_MEMORY_NOT_FOUND,
        () ->
            store
                .getMemory(
                    GetMemoryRequest.newBuilder()
                        .setNamespace(namespace)
                        .setId(id)
                        .setWithVectors(true)
                        .build())
                .getMemory());
  }

  private static Example asExample(String query, List<Float> vector) {
    return Example.of(Memory.newBuilder().setKey(query).build(), vector);
  }

  private static String start(String query) {
    if (query.length() <= MOST_QUERY_CHARS) {
      return query;
    }
    boolean splitsPair = Character.isHighSurrogate(query.charAt(MOST_QUERY_CHARS - 1));
    return query.substring(0, MOST_QUERY_CHARS - (splitsPair ? 1 : 0));
  }

  private static Notice byWords(Refusal refusal) {
    return Notice.newBuilder()
        .setKind(NoticeKind.NOTICE_KIND_LEXICAL_ONLY)
        .setMessage(
            "examples were found by words alone, not by meaning ("
                + refusal.getMessage()
                + "): ask again once the encoder is back")
        .build();
  }

  /**
   * What was found.
   *
   * @param query what they are to be like
   * @param examples best first
   * @param revision that was searched; 0 if none was
   */
  record Found(Example query, List<Example> examples, long revision, List<Notice> notices) {}
}
