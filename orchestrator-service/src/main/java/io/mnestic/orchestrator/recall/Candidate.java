package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.SearchHit;
import java.util.ArrayList;
import java.util.List;

/**
 * A memory that may be recalled.
 *
 * @param memory without vectors
 * @param matchedVector the vector that matched best, or empty
 * @param lanes what each lane said
 * @param score sum of the lanes' normalised scores times their weights
 */
record Candidate(Memory memory, String matchedVector, List<LaneScore> lanes, double score) {
  static Candidate of(SearchHit hit) {
    return new Candidate(
        hit.getMemory(), hit.getMatchedVector(), hit.getLanesList(), sum(hit.getLanesList()));
  }

  Candidate with(List<LaneScore> more) {
    List<LaneScore> all = new ArrayList<>(lanes);
    all.addAll(more);
    return new Candidate(memory, matchedVector, all, sum(all));
  }

  private static double sum(List<LaneScore> lanes) {
    return lanes.stream().mapToDouble(lane -> lane.getNormalized() * lane.getWeight()).sum();
  }
}
