package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prefers turns of a speaker whom the query names. Says nothing when it names none, or all of them:
 * then it tells nobody apart.
 */
final class SpeakerLane implements PoolLane {
  private final double weight;
  private final Set<String> named;

  SpeakerLane(String query, List<Candidate> pool, double weight) {
    this.weight = weight;
    Set<String> speakers =
        pool.stream()
            .map(candidate -> candidate.memory().getTurn().getSpeaker())
            .filter(speaker -> !speaker.isBlank())
            .collect(Collectors.toSet());
    Set<String> inQuery =
        speakers.stream().filter(speaker -> names(query, speaker)).collect(Collectors.toSet());
    this.named = inQuery.size() == speakers.size() ? Set.of() : inQuery;
  }

  /** The speakers whom the query tells from others; empty if there are none. */
  Set<String> named() {
    return named;
  }

  @Override
  public @Nullable LaneScore score(Candidate candidate) {
    if (named.isEmpty() || !candidate.memory().hasTurn()) {
      return null;
    }
    double bonus = named.contains(candidate.memory().getTurn().getSpeaker()) ? 1 : 0;
    return LaneScore.newBuilder()
        .setLane(Lane.LANE_SPEAKER)
        .setRaw(bonus)
        .setNormalized(bonus)
        .setWeight(weight)
        .build();
  }

  /** Whole words only, save in scripts that put no space between words. */
  static boolean names(String query, String speaker) {
    String name = speaker.strip().toLowerCase(Locale.ROOT);
    String asked = query.toLowerCase(Locale.ROOT);
    if (name.codePoints().anyMatch(Character::isIdeographic)) {
      return asked.contains(name);
    }
    return Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(name) + "(?![\\p{L}\\p{N}])")
        .matcher(asked)
        .find();
  }
}
