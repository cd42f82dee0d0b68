package io.mnestic.orchestrator.fakes;

import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.LaneWeight;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Scores every memory that passes the filter; words that are shared stand in for BM25. */
final class FakeSearch {
  private FakeSearch() {}

  static SearchMemoriesResponse search(
      SearchMemoriesRequest request, Collection<Memory> memories, long revision) {
    List<SearchHit.Builder> hits = new ArrayList<>();
    for (Memory memory : memories) {
      if (passes(request.getFilter(), memory)) {
        hits.add(
            SearchHit.newBuilder()
                .setMemory(memory.toBuilder().clearVectors().clearTokenVectors()));
      }
    }
    Map<String, Memory> byId =
        memories.stream().collect(Collectors.toMap(Memory::getId, memory -> memory));
    if (request.getVectorCount() > 0) {
      lane(request, Lane.LANE_DENSE, 1, hits, hit -> cosine(request, byId, hit, "key"));
      lane(request, Lane.LANE_DENSE_CONTEXT, 0, hits, hit -> cosine(request, byId, hit, "context"));
    }
    if (!request.getText().isEmpty()) {
      Set<String> asked = Set.copyOf(WordVectors.words(request.getText()));
      lane(request, Lane.LANE_LEXICAL, 0.5, hits, hit -> shared(asked, hit.getMemory().getKey()));
      lane(
          request,
          Lane.LANE_SESSION,
          0,
          hits,
          hit ->
              shared(
                  asked,
                  memories.stream()
                      .filter(other -> other.hasTurn() && hit.getMemory().hasTurn())
                      .filter(other ->
                          other
                              .getTurn()
                              .getSession()
                              .equals(hit.getMemory().getTurn().getSession()))
                      .map(Memory::getKey)
                      .collect(Collectors.joining(" "))));
    }
    hits.forEach(hit -> hit.setScore(score(hit)));
    hits.sort(
        Comparator.comparingDouble(SearchHit.Builder::getScore)
            .reversed()
            .thenComparing(hit -> hit.getMemory().getId()));
    int limit = request.getLimit() == 0 ? 10 : request.getLimit();
    SearchMemoriesResponse.Builder reply =
        SearchMemoriesResponse.newBuilder().setRevision(revision).setExact(true);
    hits.stream().limit(limit).forEach(reply::addHits);
    hits.stream()
        .skip(limit)
        .filter(hit -> isBeside(hit.getMemory(), reply.getHitsList(), request.getNeighbors()))
        .forEach(reply::addNeighbors);
    return reply.build();
  }

  static boolean passes(Filter filter, Memory memory) {
    return (filter.getKindsCount() == 0 || filter.getKindsList().contains(memory.getKind()))
        && (filter.getSessionsCount() == 0
            || filter.getSessionsList().contains(memory.getTurn().getSession()))
        && (filter.getSpeakersCount() == 0
            || filter.getSpeakersList().contains(memory.getTurn().getSpeaker()))
        && (!filter.hasPinned() || filter.getPinned() == memory.getPinned())
        && (!filter.hasValidAt()
            || (Timestamps.compare(memory.getValidFrom(), filter.getValidAt()) <= 0
                && (!memory.hasValidTo()
                    || Timestamps.compare(memory.getValidTo(), filter.getValidAt()) > 0)))
        && filter.getAttributesList().stream()
            .allMatch(condition ->
                condition.getEquals().equals(memory.getAttributesMap().get(condition.getName())));
  }

  private static void lane(
      SearchMemoriesRequest request,
      Lane lane,
      double usualWeight,
      List<SearchHit.Builder> hits,
      java.util.function.ToDoubleFunction<SearchHit.Builder> scoring) {
    double weight =
        request.getWeightsList().stream()
            .filter(given -> given.getLane() == lane)
            .mapToDouble(LaneWeight::getWeight)
            .findFirst()
            .orElse(usualWeight);
    double[] raw = hits.stream().mapToDouble(scoring).toArray();
    double mean = java.util.Arrays.stream(raw).average().orElse(0);
    double variance =
        java.util.Arrays.stream(raw).map(x -> (x - mean) * (x - mean)).average().orElse(0);
    for (int i = 0; i < raw.length; i++) {
      double normalized = variance < 1e-12 ? 0 : (raw[i] - mean) / Math.sqrt(variance);
      hits.get(i)
          .addLanes(
              LaneScore.newBuilder()
                  .setLane(lane)
                  .setRaw(raw[i])
                  .setNormalized(normalized)
                  .setWeight(weight));
    }
  }

  private static double cosine(
      SearchMemoriesRequest request, Map<String, Memory> byId, SearchHit.Builder hit, String name) {
    Memory memory = byId.get(hit.getMemory().getId());
    double best = 0;
    for (NamedVector vector : memory == null ? List.<NamedVector>of() : memory.getVectorsList()) {
      if (vector.getName().equals(name)
          || (name.equals("key") && vector.getName().startsWith("passage/"))) {
        double cosine = WordVectors.cosine(request.getVectorList(), vector.getValuesList());
        if (cosine > best) {
          best = cosine;
          if (name.equals("key")) {
            hit.setMatchedVector(vector.getName());
          }
        }
      }
    }
    return best;
  }

  private static double shared(Set<String> asked, String text) {
    Set<String> shared = new HashSet<>(WordVectors.words(text));
    shared.retainAll(asked);
    return shared.size();
  }

  private static double score(SearchHit.Builder hit) {
    return hit.getLanesList().stream()
        .mapToDouble(lane -> lane.getNormalized() * lane.getWeight())
        .sum();
  }

  private static boolean isBeside(Memory memory, List<SearchHit> hits, int distance) {
    return memory.hasTurn()
        && hits.stream()
            .map(hit -> hit.getMemory().getTurn())
            .filter(turn -> turn.getSession().equals(memory.getTurn().getSession()))
            .anyMatch(
                turn -> Math.abs(turn.getSequence() - memory.getTurn().getSequence()) <= distance);
  }
}
