package io.mnestic.orchestrator.prompt;

import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.window.Unit;
import io.mnestic.orchestrator.window.WindowTurn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Shares what is left of a budget between the newest turns and recalled memories. Recall may take
 * its share, turns the rest; what one leaves goes to the other. Turns are only ever added, so the
 * sharing comes to an end.
 */
final class Selection {
  private final long mostTurnTokens;
  private final int tokensPerMessage;
  private final List<Unit> units;
  private final List<Line> candidates;
  private final int mostRecalled;
  private final Block recalled;
  private final Set<String> fixedIds;
  private final Set<String> fixedGists;
  private final Set<String> windowIds = new HashSet<>();
  private final Set<String> windowGists = new HashSet<>();
  private long free;
  private int unitsIn;
  private long windowCost;
  private int considered;

  /**
   * @param free tokens there are to share
   * @param mostTurnTokens of the turns, whatever is free
   * @param units the turns that may go in, newest first
   * @param candidates recalled memories, best first
   * @param recalled takes the recalled memories that go in
   * @param fixedIds memories that are in already
   * @param fixedGists texts that are in already
   */
  Selection(
      long free,
      long mostTurnTokens,
      int tokensPerMessage,
      List<Unit> units,
      List<Line> candidates,
      int mostRecalled,
      Block recalled,
      Set<String> fixedIds,
      Set<String> fixedGists) {
    this.free = free;
    this.mostTurnTokens = mostTurnTokens;
    this.tokensPerMessage = tokensPerMessage;
    this.units = units;
    this.candidates = candidates;
    this.mostRecalled = mostRecalled;
    this.recalled = recalled;
    this.fixedIds = fixedIds;
    this.fixedGists = fixedGists;
  }

  void select(double recallShare) {
    takeTurns(free - (long) (free * recallShare));
    takeRecalled();
    fillUp();
  }

  /** Shares more tokens. */
  void add(long tokens) {
    free += tokens;
    takeRecalled();
    fillUp();
  }

  private void fillUp() {
    while (takeTurns(free - recalled.cost())) {
      takeRecalled();
    }
    recalled.settle(free - windowCost);
  }

  /** Memories of the turns that are in. */
  Set<String> windowIds() {
    return windowIds;
  }

  /** Position of the first of the newest turns that cost no more than the limit. */
  static long reach(List<Unit> newestFirst, long limit, int tokensPerMessage) {
    long reach = Long.MAX_VALUE;
    long cost = 0;
    for (Unit unit : newestFirst) {
      cost += unit.cost(tokensPerMessage);
      if (!unit.whole() || cost > limit) {
        break;
      }
      reach = unit.turns().getFirst().sequence();
    }
    return reach;
  }

  /** The turns that are in, oldest first. */
  List<WindowTurn> window() {
    return oldestFirst(units.subList(0, unitsIn));
  }

  /** The turns that were read and are out, oldest first. */
  List<WindowTurn> turnsOut() {
    return oldestFirst(units.subList(unitsIn, units.size()));
  }

  /** How many of the candidates were looked at. */
  int considered() {
    return considered;
  }

  LedgerReason reason(int rank) {
    Line line = candidates.get(rank);
    if (recalled.has(rank)) {
      return LedgerReason.LEDGER_REASON_RELEVANT;
    }
    if (isIn(line)) {
      return LedgerReason.LEDGER_REASON_ALREADY_IN;
    }
    return isRepeated(line)
        ? LedgerReason.LEDGER_REASON_DUPLICATE
        : LedgerReason.LEDGER_REASON_OVER_BUDGET;
  }

  /** Adds older turns as long as the window stays within the limit; true if there were any. */
  private boolean takeTurns(long limit) {
    int before = unitsIn;
    while (unitsIn < units.size()) {
      Unit unit = units.get(unitsIn);
      long cost = unit.cost(tokensPerMessage);
      if (!unit.whole() || windowCost + cost > Math.min(limit, mostTurnTokens)) {
        break;
      }
      windowCost += cost;
      unitsIn++;
      for (WindowTurn turn : unit.turns()) {
        windowIds.add(turn.memory().getId());
        windowGists.add(Line.gist(turn.memory()));
      }
    }
    return unitsIn > before;
  }

  /** Takes out what the window has by now, and fills up with the best that fit. */
  private void takeRecalled() {
    for (int rank = 0; rank < considered; rank++) {
      if (isIn(candidates.get(rank)) || repeatsWindow(candidates.get(rank))) {
        recalled.remove(rank);
      }
    }
    int rank = 0;
    for (; rank < candidates.size() && recalled.size() < mostRecalled; rank++) {
      Line line = candidates.get(rank);
      if (!recalled.has(rank) && !isIn(line) && !isRepeated(line)) {
        recalled.add(rank, line, free - windowCost);
      }
    }
    considered = Math.max(considered, rank);
  }

  private boolean isIn(Line line) {
    String id = line.memory().getId();
    return fixedIds.contains(id) || windowIds.contains(id);
  }

  private boolean isRepeated(Line line) {
    return repeatsWindow(line)
        || recalled.lines().stream().anyMatch(other -> other.gist().equals(line.gist()));
  }

  private boolean repeatsWindow(Line line) {
    return fixedGists.contains(line.gist()) || windowGists.contains(line.gist());
  }

  private static List<WindowTurn> oldestFirst(List<Unit> newestFirst) {
    List<WindowTurn> turns = new ArrayList<>();
    newestFirst.reversed().forEach(unit -> turns.addAll(unit.turns()));
    return turns;
  }
}
