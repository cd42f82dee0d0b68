package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lifts a turn by the scores of the turns just before and after it in its session: an answer often
 * stands beside the words that match (the temporal links of the differentiable neural computer,
 * Graves and others 2016). A neighbour outside the pool counts 0, the mean of a normalised score.
 */
final class NeighborLane implements PoolLane {
  private final double weight;
  private final Map<Place, Double> scores = new HashMap<>();

  NeighborLane(List<Candidate> pool, double weight) {
    this.weight = weight;
    for (Candidate candidate : pool) {
      if (candidate.memory().hasTurn()) {
        scores.put(place(candidate.memory(), 0), candidate.score());
      }
    }
  }

  @Override
  public @Nullable LaneScore score(Candidate candidate) {
    Memory memory = candidate.memory();
    if (!memory.hasTurn()) {
      return null;
    }
    double beside =
        scores.getOrDefault(place(memory, -1), 0.0) + scores.getOrDefault(place(memory, 1), 0.0);
    return LaneScore.newBuilder()
        .setLane(Lane.LANE_NEIGHBOR)
        .setRaw(beside)
        .setNormalized(beside)
        .setWeight(weight)
        .build();
  }

  private static Place place(Memory memory, int offset) {
    return new Place(memory.getTurn().getSession(), memory.getTurn().getSequence() + offset);
  }

  private record Place(String session, long sequence) {}
}
