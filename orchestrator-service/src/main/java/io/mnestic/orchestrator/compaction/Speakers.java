package io.mnestic.orchestrator.compaction;

import io.mnestic.memory.v1.Turn;
import java.util.Locale;

/** Who speaks, by name or else by role. */
final class Speakers {
  private Speakers() {}

  static String of(Turn turn) {
    return turn.getSpeaker().isEmpty()
        ? turn.getRole().name().substring("ROLE_".length()).toLowerCase(Locale.ROOT)
        : turn.getSpeaker();
  }
}
