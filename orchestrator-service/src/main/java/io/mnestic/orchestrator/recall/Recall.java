package io.mnestic.orchestrator.recall;

import io.grpc.Context;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.RecordUsesRequest;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import io.mnestic.orchestrator.encoding.EncodedQuery;
import io.mnestic.orchestrator.encoding.TextEncoder;
import io.mnestic.orchestrator.peers.PeerSettings;
import io.mnestic.orchestrator.space.Spaces;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import io.mnestic.orchestrator.v1.RecallWeight;
import io.mnestic.orchestrator.v1.RecalledMemory;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Ranks what is remembered by all lanes. */
@Singleton
public final class Recall {
  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score)
          .reversed()
          .thenComparing(candidate -> candidate.memory().getId());

  /** What one call of the store takes. */
  private static final int MOST_USED = 1_000;

  private final Spaces spaces;
  private final TextEncoder encoder;
  private final MemoryStoreServiceBlockingStub store;
  private final PeerSettings peers;
  private final RecallSettings settings;
  private final InstantSource clock = InstantSource.system();

  Recall(
      Spaces spaces,
      TextEncoder encoder,
      MemoryStoreServiceBlockingStub store,
      PeerSettings peers,
      RecallSettings settings) {
    this.spaces = spaces;
    this.encoder = encoder;
    this.store = store;
    this.peers = peers;
    this.settings = settings;
  }

  /**
   * Ranks the memories that answer a query; without the encoder, by words alone.
   *
   * @param query not blank, up to 64 KiB of UTF-8
   * @param minRevision the ranking sees at least this revision; 0 for the newest that is indexed
   */
  public Recollection recall(String namespace, String query, Filter filter, long minRevision) {
    return recall(namespace, query, filter, minRevision, List.of());
  }

  /**
   * The same with other weights.
   *
   * @param weights of lanes that do not have their configured weight, each once
   */
  public Recollection recall(
      String namespace, String query, Filter filter, long minRevision, List<RecallWeight> weights) {
    LaneWeights lanes = LaneWeights.of(settings, weights);
    SearchMemoriesRequest.Builder search =
        SearchMemoriesRequest.newBuilder()
            .setNamespace(namespace)
            .setText(query)
            .setRanking(Ranking.RANKING_FUSED)
            .setFilter(filter)
            .setLimit(settings.candidates())
            .setMinRevision(minRevision)
            // A candidate was not used: few of them are given back.
            .setUncounted(true)
            .setNeighbors(1);
    List<Notice> notices = addVector(search, query, lanes);
    search.addAllWeights(lanes.ofWords(!notices.isEmpty()));
    return rank(
            query, filter, store.searchMemories(search.build()), lanes, model(namespace, notices))
        .with(notices);
  }

  /**
   * Tells the store that these memories were used. Nobody waits for it, and no answer depends on
   * it.
   */
  public void given(String namespace, List<RecalledMemory> memories) {
    if (memories.isEmpty()) {
      return;
    }
    RecordUsesRequest used =
        RecordUsesRequest.newBuilder()
            .setNamespace(namespace)
            .addAllIds(
                memories.stream().limit(MOST_USED).map(it -> it.getMemory().getId()).toList())
            .build();
    // In this call's context it would end with this call.
    Context.ROOT.run(() -> {
      var _ = MemoryStoreServiceGrpc.newFutureStub(store.getChannel()).recordUses(used);
    });
  }

  /** The model that the question was encoded with; empty if it was not. */
  private String model(String namespace, List<Notice> notices) {
    return notices.isEmpty() ? spaces.of(namespace).getModel() : "";
  }

  private List<Notice> addVector(
      SearchMemoriesRequest.Builder search, String query, LaneWeights lanes) {
    try {
      EncodedQuery encoded =
          encoder.query(spaces.of(search.getNamespace()), query, peers.queryEncodeDeadline());
      encoded
          .tokens()
          .ifPresent(tokens -> search.setTokenVectors(tokens).addAllWeights(lanes.ofTokens()));
      search.addAllVector(encoded.vector()).addAllWeights(lanes.ofVectors());
      return List.of();
    } catch (Refusal refusal) {
      return List.of(
          Notice.newBuilder()
              .setKind(NoticeKind.NOTICE_KIND_LEXICAL_ONLY)
              .setMessage(
                  "recalled by words alone, not by meaning ("
                      + refusal.getMessage()
                      + "): ask again once the encoder is back")
              .build());
    }
  }

  private Recollection rank(
      String query,
      Filter filter,
      SearchMemoriesResponse reply,
      LaneWeights weights,
      String model) {
    List<Candidate> pool =
        Stream.concat(reply.getHitsList().stream(), reply.getNeighborsList().stream())
            .filter(SearchHit::hasMemory)
            .filter(hit -> DerivedMemories.isWanted(filter, hit.getMemory()))
            .map(Candidate::of)
            .toList();
    SpeakerLane speakers = new SpeakerLane(query, pool, weights.of(Lane.LANE_SPEAKER));
    List<PoolLane> lanes =
        List.of(
            new NeighborLane(pool, weights.of(Lane.LANE_NEIGHBOR)),
            speakers,
            new TimeLane(query, pool, weights.of(Lane.LANE_TIME), clock.instant()));
    List<Candidate> ranked = new ArrayList<>();
    for (Candidate candidate : pool) {
      List<LaneScore> more =
          lanes.stream().map(lane -> lane.score(candidate)).filter(Objects::nonNull).toList();
      ranked.add(candidate.with(more));
    }
    ranked.sort(BEST_FIRST);
    return new Recollection(
        query,
        ranked,
        reply.getRevision(),
        AnswerChance.of(model, pool, speakers.named()),
        List.of());
  }
}
