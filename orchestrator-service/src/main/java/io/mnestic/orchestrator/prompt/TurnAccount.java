package io.mnestic.orchestrator.prompt;

import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.Part;
import io.mnestic.orchestrator.window.Episode;
import io.mnestic.orchestrator.window.WindowTurn;
import java.util.Optional;

/** Enters the turns that are out: each that was read, and those that were not as spans. */
final class TurnAccount {
  private final Ledger ledger;
  private final Standing standing;

  TurnAccount(Ledger ledger, Standing standing) {
    this.ledger = ledger;
    this.standing = standing;
  }

  /** A turn that was read and is out. */
  void enter(WindowTurn turn) {
    Optional<Episode> telling = standing.telling(turn.sequence());
    if (telling.isPresent()) {
      ledger.enterSummarized(turn.memory(), turn.tokens(), telling.get().memory().getId());
    } else {
      ledger.enter(
          Part.PART_TURN, turn.memory(), turn.tokens(), LedgerReason.LEDGER_REASON_OVER_BUDGET);
    }
  }

  /** The positions from 1 on that were not read, one span for each summary and each gap. */
  void enterUnread(long last) {
    long next = 1;
    for (Episode episode : standing.told()) {
      if (episode.first() > last) {
        break;
      }
      if (episode.first() > next) {
        ledger.enterSpan(next, episode.first() - 1, "");
      }
      long first = Math.max(next, episode.first());
      long end = Math.min(last, episode.last());
      if (first <= end) {
        ledger.enterSpan(first, end, episode.memory().getId());
        next = end + 1;
      }
    }
    if (next <= last) {
      ledger.enterSpan(next, last, "");
    }
  }
}
