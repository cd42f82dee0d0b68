package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Says in words why a memory was recalled, by the lanes that lifted it most. */
final class Reasons {
  /** A lane that adds less than this to a score, in deviations, is no reason. */
  private static final double LEAST = 0.2;

  /** Deviations above the mean from which two texts are said to mean much the same. */
  private static final double CLOSE = 2.5;

  /** Deviations above the mean from which shared words are a reason, whatever they weigh. */
  private static final double SHARED = 1;

  private final SharedWords words;

  Reasons(String query) {
    this.words = new SharedWords(query);
  }

  List<String> of(Candidate candidate) {
    List<LaneScore> strongest =
        candidate.lanes().stream()
            .filter(Reasons::isReason)
            .sorted(
                Comparator.comparingDouble(
                        (LaneScore lane) -> lane.getNormalized() * lane.getWeight())
                    .reversed())
            .toList();
    List<String> reasons = new ArrayList<>();
    for (LaneScore lane : strongest) {
      reasons.add(sentence(candidate, lane));
    }
    return reasons.isEmpty() ? List.of("nothing that is remembered comes closer") : reasons;
  }

  /**
   * Shared words weigh little beside tokens, which find them too, but are what people can check.
   */
  private static boolean isReason(LaneScore lane) {
    boolean sharesWords = lane.getLane() == Lane.LANE_LEXICAL && lane.getWeight() > 0;
    return lane.getNormalized() * lane.getWeight() >= LEAST
        || (sharesWords && lane.getNormalized() >= SHARED);
  }

  private String sentence(Candidate candidate, LaneScore lane) {
    return switch (lane.getLane()) {
      case LANE_DENSE ->
          lane.getNormalized() >= CLOSE
              ? "says much the same as the question"
              : "is near the question in meaning";
      case LANE_DENSE_CONTEXT -> "is near the question in meaning, with the turn before it";
      case LANE_LEXICAL -> {
        List<String> shared = words.with(candidate.memory().getKey());
        yield shared.isEmpty()
            ? "shares word stems with the question"
            : "shares the words: " + String.join(", ", shared);
      }
      case LANE_TOKENS -> "its words are near the question's in meaning";
      case LANE_TOKENS_CONTEXT -> "its words are near the question's in meaning, as said there";
      case LANE_TIME -> "said at a time that the question names";
      case LANE_SESSION -> "its session shares words with the question";
      case LANE_NEIGHBOR -> "next to a turn that matches";
      case LANE_SPEAKER ->
          "spoken by " + candidate.memory().getTurn().getSpeaker() + ", who is named";
      case LANE_UNSPECIFIED, UNRECOGNIZED -> "scored by a lane that has no name here";
    };
  }
}
