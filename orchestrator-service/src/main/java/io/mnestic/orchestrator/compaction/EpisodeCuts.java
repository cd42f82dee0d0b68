package io.mnestic.orchestrator.compaction;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.mnestic.orchestrator.window.Unit;
import io.mnestic.orchestrator.window.WindowTurn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts turns into episodes: stretches without a long pause, of a bounded length, that never part a
 * tool call from its results.
 */
final class EpisodeCuts {
  private final int mostTokens;
  private final Duration longestPause;

  EpisodeCuts(int mostTokens, Duration longestPause) {
    this.mostTokens = mostTokens;
    this.longestPause = longestPause;
  }

  /**
   * The episodes of turns, oldest first.
   *
   * @param units oldest first
   * @param open whether the last episode may still grow, and so is left out
   */
  List<List<WindowTurn>> cut(List<Unit> units, boolean open) {
    List<List<WindowTurn>> episodes = new ArrayList<>();
    List<WindowTurn> episode = new ArrayList<>();
    long tokens = 0;
    for (Unit unit : units) {
      boolean full = tokens + unit.cost(0) > mostTokens || isPause(episode, unit);
      if (full && !episode.isEmpty()) {
        episodes.add(List.copyOf(episode));
        episode.clear();
        tokens = 0;
      }
      episode.addAll(unit.turns());
      tokens += unit.cost(0);
    }
    if (!open && !episode.isEmpty()) {
      episodes.add(List.copyOf(episode));
    }
    return episodes;
  }

  private boolean isPause(List<WindowTurn> episode, Unit next) {
    if (episode.isEmpty()) {
      return false;
    }
    long pause =
        Durations.toSeconds(
            Timestamps.between(
                episode.getLast().memory().getTurn().getSaidTime(),
                next.turns().getFirst().memory().getTurn().getSaidTime()));
    return pause >= longestPause.toSeconds();
  }
}
