package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.mnestic.memory.v1.*;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fusion by rank and hits that are unlike one another, against the formulas written out. */
final class FusionIT {
  private static final int MEMORIES = 120;
  private static final int ALL = 1_000;
  private static final List<Float> QUERY = List.of(0.1f, -0.7f, 0.4f, 0.5f);
  private static final String TEXT = "w1 w2 w3 w3";

  @TempDir static Path data;
  private static TestStore store;

  @BeforeAll
  static void start() {
    store = TestStore.start(data);
    store.createNamespace("n");
    Random random = new Random(11);
    WriteMemoriesRequest.Builder request = WriteMemoriesRequest.newBuilder().setNamespace("n");
    for (int i = 0; i < MEMORIES; i++) {
      StringBuilder key = new StringBuilder("fact");
      for (int word = random.nextInt(12); word >= 0; word--) {
        key.append(" w").append(random.nextInt(25));
      }
      // Every eighth is found by words alone.
      float[] vector = i % 8 == 0 ? new float[0] : new float[TestStore.DIMENSIONS];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      request.addMemories(fact("m" + i, key.toString(), vector));
    }
    store.client.writeMemories(request.build());
  }

  @AfterAll
  static void stop() {
    store.close();
  }

  @Test
  void byRankEachLaneCountsByItsPlacesAlone() {
    Map<String, Integer> dense = places(Lane.LANE_DENSE, Ranking.RANKING_DENSE);
    Map<String, Integer> lexical = places(Lane.LANE_LEXICAL, Ranking.RANKING_LEXICAL);
    for (int k : new int[] {60, 7}) {
      SearchMemoriesRequest.Builder request =
          search()
              .setFusion(Fusion.FUSION_RECIPROCAL_RANK)
              .addWeights(weight(Lane.LANE_DENSE, 1.5))
              .addWeights(weight(Lane.LANE_LEXICAL, 0.25));
      if (k != 60) {
        request.setRankConstant(k);
      }
      List<SearchHit> hits = store.client.searchMemories(request.build()).getHitsList();
      Map<String, Double> expected = new HashMap<>();
      dense.forEach((id, place) -> expected.merge(id, 1.5 / (k + place), Double::sum));
      lexical.forEach((id, place) -> expected.merge(id, 0.25 / (k + place), Double::sum));
      assertThat(hits).hasSize(expected.size());
      for (SearchHit hit : hits) {
        String id = hit.getMemory().getId();
        assertThat(hit.getScore()).isCloseTo(expected.getOrDefault(id, 0.0), within(1e-12));
        assertThat(rank(hit, Lane.LANE_DENSE)).isEqualTo(dense.getOrDefault(id, 0));
        assertThat(rank(hit, Lane.LANE_LEXICAL)).isEqualTo(lexical.getOrDefault(id, 0));
      }
      assertThat(hits)
          .isSortedAccordingTo(
              Comparator.comparingDouble(SearchHit::getScore)
                  .reversed()
                  .thenComparing(hit -> hit.getMemory().getId()));
    }
    // Whom no lane knows is no hit: neither a vector nor a word of the text.
    assertThat(dense.keySet()).doesNotContain("m0");
    assertThat(expectedHits(dense, lexical)).isLessThan(MEMORIES);
  }

  @Test
  void ranksAreToldIfAskedFor() {
    Map<String, Integer> dense = places(Lane.LANE_DENSE, Ranking.RANKING_DENSE);
    Map<String, Integer> lexical = places(Lane.LANE_LEXICAL, Ranking.RANKING_LEXICAL);
    SearchMemoriesResponse without = store.client.searchMemories(search().build());
    SearchMemoriesResponse with = store.client.searchMemories(search().setWithRanks(true).build());
    assertThat(with.getHitsList()).hasSize(MEMORIES);
    for (SearchHit hit : with.getHitsList()) {
      String id = hit.getMemory().getId();
      assertThat(rank(hit, Lane.LANE_DENSE)).isEqualTo(dense.getOrDefault(id, 0));
      assertThat(rank(hit, Lane.LANE_LEXICAL)).isEqualTo(lexical.getOrDefault(id, 0));
    }
    assertThat(with.getHitsList().stream().map(FusionIT::withoutRanks).toList())
        .isEqualTo(without.getHitsList());
  }

  @Test
  void hitsAreChosenByMarginalRelevance() {
    Map<String, List<Float>> keys = keys();
    for (double lambda : new double[] {0, 0.3, 0.7}) {
      SearchMemoriesRequest.Builder request =
          search().setLimit(10).setDiversity(Diversity.newBuilder().setLambda(lambda).setPool(60));
      List<SearchHit> pool =
          store.client.searchMemories(search().setLimit(60).build()).getHitsList();
      List<SearchHit> hits = store.client.searchMemories(request.build()).getHitsList();
      assertThat(hits).isEqualTo(chosen(pool, keys, lambda, 10));
    }
  }

  @Test
  void byScoreAloneTheBestAreChosen() {
    SearchMemoriesRequest.Builder request = search().setLimit(10);
    List<SearchHit> best = store.client.searchMemories(request.build()).getHitsList();
    assertThat(
            store
                .client
                .searchMemories(request.setDiversity(Diversity.newBuilder().setLambda(1)).build())
                .getHitsList())
        .isEqualTo(best);
    // Unlike ones are others, also by rank and as of the past.
    request
        .setDiversity(Diversity.newBuilder().setLambda(0.2))
        .setFusion(Fusion.FUSION_RECIPROCAL_RANK);
    List<SearchHit> unlike = store.client.searchMemories(request.build()).getHitsList();
    assertThat(unlike).hasSize(10).doesNotHaveDuplicates().isNotEqualTo(best);
    assertThat(
            store
                .client
                .searchMemories(request.clearMinRevision().setAsOfRevision(1).build())
                .getHitsList())
        .isEqualTo(unlike);
  }

  @Test
  void moreThanThereAreIsAllOfThem() {
    assertThat(
            store
                .client
                .searchMemories(search().setDiversity(Diversity.getDefaultInstance()).build())
                .getHitsList())
        .extracting(hit -> hit.getMemory().getId())
        .hasSize(MEMORIES)
        .doesNotHaveDuplicates();
  }

  @Test
  void badInput() {
    refused(search().setRankConstant(60), "rank_constant");
    refused(
        search().setFusion(Fusion.FUSION_RECIPROCAL_RANK).setRankConstant(1_001), "rank_constant");
    refused(
        search().setRanking(Ranking.RANKING_DENSE).setFusion(Fusion.FUSION_RECIPROCAL_RANK),
        "fusion");
    refused(search().setFusionValue(9), "fusion");
    TokenVectors tokens = TokenVectors.newBuilder().setName("key").build();
    refused(search().setTokenVectors(tokens).setFusion(Fusion.FUSION_RECIPROCAL_RANK), "fusion");
    refused(
        search().setTokenVectors(tokens).setDiversity(Diversity.getDefaultInstance()), "diversity");
    refused(search().setTokenVectors(tokens).addExplainIds("m1"), "explain_ids");
    for (double lambda : new double[] {-0.1, 1.1, Double.NaN}) {
      refused(search().setDiversity(Diversity.newBuilder().setLambda(lambda)), "diversity.lambda");
    }
    refused(
        search().setLimit(20).setDiversity(Diversity.newBuilder().setPool(19)), "diversity.pool");
    refused(search().setDiversity(Diversity.newBuilder().setPool(1_001)), "diversity.pool");
  }

  private static void refused(SearchMemoriesRequest.Builder request, String field) {
    BadInputIT.refused(
        () -> store.client.searchMemories(request.build()),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        field);
  }

  /** Hits chosen from a pool, best first, as the contract says. */
  private static List<SearchHit> chosen(
      List<SearchHit> pool, Map<String, List<Float>> keys, double lambda, int limit) {
    double highest = pool.getFirst().getScore();
    double lowest = pool.getLast().getScore();
    List<SearchHit> left = new ArrayList<>(pool);
    List<SearchHit> chosen = new ArrayList<>();
    while (chosen.size() < limit) {
      SearchHit best = left.getFirst();
      double most = Double.NEGATIVE_INFINITY;
      for (SearchHit hit : left) {
        double similarity =
            chosen.stream()
                .mapToDouble(other -> cosine(key(keys, hit), key(keys, other)))
                .max()
                .orElse(0);
        double relevance = (hit.getScore() - lowest) / (highest - lowest);
        double marginal = lambda * relevance - (1 - lambda) * similarity;
        if (marginal > most) {
          most = marginal;
          best = hit;
        }
      }
      chosen.add(best);
      left.remove(best);
    }
    return chosen;
  }

  private static List<Float> key(Map<String, List<Float>> keys, SearchHit hit) {
    return keys.getOrDefault(hit.getMemory().getId(), List.of());
  }

  private static double cosine(List<Float> one, List<Float> other) {
    double sum = 0;
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      sum += (double) one.get(i) * other.get(i);
    }
    return sum;
  }

  private static Map<String, List<Float>> keys() {
    Map<String, List<Float>> keys = new HashMap<>();
    store
        .client
        .listMemories(
            ListMemoriesRequest.newBuilder()
                .setNamespace("n")
                .setWithVectors(true)
                .setPageSize(ALL)
                .build())
        .getMemoriesList()
        .forEach(memory ->
            keys.put(
                memory.getId(),
                memory.getVectorsCount() == 0 ? List.of() : memory.getVectors(0).getValuesList()));
    return keys;
  }

  /** Places by a lane alone, of those of which it says anything; equals share the first. */
  private static Map<String, Integer> places(Lane lane, Ranking ranking) {
    List<SearchHit> hits =
        store.client.searchMemories(search().setRanking(ranking).build()).getHitsList();
    Map<String, Integer> places = new HashMap<>();
    double last = Double.NaN;
    int place = 0;
    for (int i = 0; i < hits.size(); i++) {
      SearchHit hit = hits.get(i);
      if (lane == Lane.LANE_DENSE && hit.getMatchedVector().isEmpty()) {
        continue;
      }
      place = hit.getScore() == last ? place : i + 1;
      last = hit.getScore();
      places.put(hit.getMemory().getId(), place);
    }
    return places;
  }

  private static long expectedHits(Map<String, Integer> dense, Map<String, Integer> lexical) {
    Map<String, Integer> both = new HashMap<>(dense);
    both.putAll(lexical);
    return both.size();
  }

  private static int rank(SearchHit hit, Lane lane) {
    return hit.getLanesList().stream()
        .filter(score -> score.getLane() == lane)
        .mapToInt(LaneScore::getRank)
        .findFirst()
        .orElseThrow();
  }

  private static SearchHit withoutRanks(SearchHit hit) {
    SearchHit.Builder without = hit.toBuilder();
    without.getLanesBuilderList().forEach(LaneScore.Builder::clearRank);
    return without.build();
  }

  private static LaneWeight weight(Lane lane, double weight) {
    return LaneWeight.newBuilder().setLane(lane).setWeight(weight).build();
  }

  private static SearchMemoriesRequest.Builder search() {
    return SearchMemoriesRequest.newBuilder()
        .setNamespace("n")
        .setText(TEXT)
        .addAllVector(QUERY)
        .setLimit(ALL)
        .setMinRevision(1);
  }
}
