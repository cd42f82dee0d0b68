package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.LaneWeight;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import io.mnestic.orchestrator.encoding.EncodedQuery;
import io.mnestic.orchestrator.encoding.TextEncoder;
import io.mnestic.orchestrator.peers.PeerSettings;
import io.mnestic.orchestrator.space.Spaces;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
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
    SearchMemoriesRequest.Builder search =
        SearchMemoriesRequest.newBuilder()
            .setNamespace(namespace)
            .setText(query)
            .setRanking(Ranking.RANKING_FUSED)
            .setFilter(filter)
            .setLimit(settings.candidates())
            .setMinRevision(minRevision)
            .setNeighbors(1);
    List<Notice> notices = addVector(search, namespace, query);
    double share = notices.isEmpty() ? 1 : settings.lexicalShare();
    search
        .addWeights(weight(Lane.LANE_LEXICAL, share * settings.lexicalWeight()))
        .addWeights(weight(Lane.LANE_SESSION, share * settings.sessionWeight()));
    SearchMemoriesResponse reply = store.searchMemories(search.build());
    return new Recollection(query, rank(query, reply), reply.getRevision(), notices);
  }

  private List<Notice> addVector(
      SearchMemoriesRequest.Builder search, String namespace, String query) {
    try {
      EncodedQuery encoded =
          encoder.query(spaces.of(namespace), query, peers.queryEncodeDeadline());
      encoded
          .tokens()
          .ifPresent(tokens ->
              search
                  .setTokenVectors(tokens)
                  .addWeights(weight(Lane.LANE_TOKENS, settings.tokensWeight()))
                  .addWeights(weight(Lane.LANE_TOKENS_CONTEXT, settings.tokensContextWeight())));
      search
          .addAllVector(encoded.vector())
          .addWeights(weight(Lane.LANE_DENSE, settings.denseWeight()))
          .addWeights(weight(Lane.LANE_DENSE_CONTEXT, settings.denseContextWeight()));
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

  private List<Candidate> rank(String query, SearchMemoriesResponse reply) {
    List<Candidate> pool =
        Stream.concat(reply.getHitsList().stream(), reply.getNeighborsList().stream())
            .filter(SearchHit::hasMemory)
            .map(Candidate::of)
            .toList();
    List<PoolLane> lanes =
        List.of(
            new NeighborLane(pool, settings.neighborWeight()),
            new SpeakerLane(query, pool, settings.speakerWeight()),
            new TimeLane(query, pool, settings.timeWeight(), clock.instant()));
    List<Candidate> ranked = new ArrayList<>();
    for (Candidate candidate : pool) {
      List<LaneScore> more =
          lanes.stream().map(lane -> lane.score(candidate)).filter(Objects::nonNull).toList();
      ranked.add(candidate.with(more));
    }
    ranked.sort(BEST_FIRST);
    return ranked;
  }

  private static LaneWeight weight(Lane lane, double weight) {
    return LaneWeight.newBuilder().setLane(lane).setWeight(weight).build();
  }
}
