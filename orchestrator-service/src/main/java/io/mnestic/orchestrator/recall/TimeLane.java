package io.mnestic.orchestrator.recall;

import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prefers turns that were said at a time that the query names. Says nothing when it names none. */
final class TimeLane implements PoolLane {
  private final double weight;
  private final NamedTimes named;

  TimeLane(String query, List<Candidate> pool, double weight, Instant now) {
    this.weight = weight;
    Set<Integer> years =
        pool.stream()
            .map(Candidate::memory)
            .filter(memory -> memory.getTurn().hasSaidTime())
            .map(memory -> said(memory).atOffset(ZoneOffset.UTC).getYear())
            .collect(Collectors.toSet());
    this.named = NamedTimes.in(query, years, now);
  }

  @Override
  public @Nullable LaneScore score(Candidate candidate) {
    if (named.spans().isEmpty() || !candidate.memory().getTurn().hasSaidTime()) {
      return null;
    }
    double nearness = named.nearness(said(candidate.memory()));
    return LaneScore.newBuilder()
        .setLane(Lane.LANE_TIME)
        .setRaw(nearness)
        .setNormalized(nearness)
        .setWeight(weight)
        .build();
  }

  private static Instant said(Memory memory) {
    return Instant.ofEpochMilli(Timestamps.toMillis(memory.getTurn().getSaidTime()));
  }
}
