package io.mnestic.orchestrator.prompt;

import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.window.Episode;
import io.mnestic.orchestrator.window.WindowTurn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stands before the turns: pinned memories and the running summary. Both give way to turns
 * that say the same: a pinned turn to itself in the window, an episode to all of its turns.
 */
final class Standing {
  private final Block pinned;
  private final Block summary;
  private final List<Line> pins;
  private final List<Episode> episodes;
  private final List<Line> episodeLines;
  private final Map<Integer, LedgerReason> pinsOut = new HashMap<>();

  /**
   * What may stand.
   *
   * @param episodes of the session, oldest first
   */
  Standing(List<Memory> toPin, List<Episode> episodes, TokenCounter counter, int tokensPerMessage) {
    this.pinned = new Block(Fence.PINNED, counter, tokensPerMessage);
    this.summary = new Block(Fence.SUMMARY, counter, tokensPerMessage);
    this.pins = Line.of(toPin, counter);
    this.episodes = episodes;
    this.episodeLines = Line.of(episodes.stream().map(Episode::memory).toList(), counter);
  }

  /** Takes the pinned memories that fit, in order, apart from turns that close the context. */
  void pin(long limit, List<WindowTurn> closing) {
    Set<String> closingIds = new HashSet<>();
    closing.forEach(turn -> closingIds.add(turn.memory().getId()));
    Set<String> gists = new HashSet<>();
    for (int i = 0; i < pins.size(); i++) {
      Line line = pins.get(i);
      if (closingIds.contains(line.memory().getId())) {
        pinsOut.put(i, LedgerReason.LEDGER_REASON_ALREADY_IN);
      } else if (gists.contains(line.gist())) {
        pinsOut.put(i, LedgerReason.LEDGER_REASON_DUPLICATE);
      } else if (pinned.add(i, line, limit)) {
        gists.add(line.gist());
      }
    }
    pinned.settle(limit);
  }

  /** Takes the newest episodes that fit and tell of turns before this position. */
  void summarise(long limit, long before) {
    for (int i = episodes.size() - 1; i >= 0; i--) {
      boolean isNext = episodes.get(i).first() < before && !summary.has(i);
      if (isNext && !summary.add(i, episodeLines.get(i), limit)) {
        break;
      }
    }
    summary.settle(limit);
  }

  /**
   * Takes out what the window has by now, and older episodes in instead.
   *
   * @param windowIds memories of the turns that are in
   * @param from position of the first turn that is in
   * @return tokens that are free by it
   */
  long giveWay(Set<String> windowIds, long from) {
    long before = cost();
    long pinnedBefore = pinned.settledCost();
    long summaryBefore = summary.settledCost();
    for (int i = 0; i < pins.size(); i++) {
      if (windowIds.contains(pins.get(i).memory().getId())) {
        pinned.remove(i);
        pinsOut.put(i, LedgerReason.LEDGER_REASON_ALREADY_IN);
      }
    }
    for (int i = 0; i < episodes.size(); i++) {
      if (summary.has(i) && episodes.get(i).first() >= from) {
        summary.remove(i);
      }
    }
    pinned.settle(pinnedBefore);
    summarise(summaryBefore, from);
    return before - cost();
  }

  /** Tokens of both blocks with their messages' overhead. */
  long cost() {
    return pinned.settledCost() + summary.settledCost();
  }

  Block pinned() {
    return pinned;
  }

  Block summary() {
    return summary;
  }

  List<Line> pins() {
    return pins;
  }

  List<Line> episodeLines() {
    return episodeLines;
  }

  /** Why a pinned memory is in or out. */
  LedgerReason pinReason(int index) {
    return pinned.has(index)
        ? LedgerReason.LEDGER_REASON_REQUIRED
        : pinsOut.getOrDefault(index, LedgerReason.LEDGER_REASON_OVER_BUDGET);
  }

  /** The episode that is in and tells of the turn at this position. */
  Optional<Episode> telling(long sequence) {
    return told().stream().filter(episode -> episode.tellsOf(sequence)).findFirst();
  }

  /** The episodes that are in, oldest first. */
  List<Episode> told() {
    List<Episode> told = new ArrayList<>();
    for (int i = 0; i < episodes.size(); i++) {
      if (summary.has(i)) {
        told.add(episodes.get(i));
      }
    }
    return told;
  }
}
