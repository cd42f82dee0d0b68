package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.LaneScore;
import org.jspecify.annotations.Nullable;

/** A lane that scores a candidate by the query and the other candidates. */
sealed interface PoolLane permits NeighborLane, SpeakerLane, TimeLane {
  /** What it says of a candidate; null if it has nothing to say. */
  @Nullable LaneScore score(Candidate candidate);
}
