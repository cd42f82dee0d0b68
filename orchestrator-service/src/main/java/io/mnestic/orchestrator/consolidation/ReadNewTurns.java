package io.mnestic.orchestrator.consolidation;

import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.digest.Digests;
import io.mnestic.orchestrator.facts.KeepFacts;
import io.mnestic.orchestrator.v1.SessionDigest;
import io.mnestic.orchestrator.window.SessionTail;
import jakarta.inject.Singleton;
import java.util.List;

/** Goes through the turns of a session that it has not seen yet: repetitions and facts. */
@Singleton
final class ReadNewTurns {
  private static final int BETWEEN_MARKS = 50;

  private final SessionTail tails;
  private final ReinforceTurn reinforcement;
  private final KeepFacts facts;
  private final Digests digests;

  ReadNewTurns(SessionTail tails, ReinforceTurn reinforcement, KeepFacts facts, Digests digests) {
    this.tails = tails;
    this.reinforcement = reinforcement;
    this.facts = facts;
    this.digests = digests;
  }

  /** Reads them oldest first, and marks every so often how far it came. */
  void read(String namespace, String session, Progress progress) {
    SessionDigest digest = digests.digest(namespace, session);
    List<Memory> turns = tails.after(namespace, session, digest.getReadThrough());
    for (int start = 0; start < turns.size(); start += BETWEEN_MARKS) {
      List<Memory> some = turns.subList(start, Math.min(start + BETWEEN_MARKS, turns.size()));
      some.forEach(turn -> read(namespace, turn, progress));
      digests.put(
          namespace,
          session,
          digest.toBuilder().setReadThrough(some.getLast().getTurn().getSequence()).build());
    }
  }

  private void read(String namespace, Memory turn, Progress progress) {
    progress.step();
    KeepFacts.Kept kept = facts.keep(namespace, turn);
    boolean reinforced = reinforcement.reinforce(namespace, turn);
    progress.count(it ->
        it.setTurnsRead(it.getTurnsRead() + 1)
            .setFactsWritten(it.getFactsWritten() + kept.written())
            .setFactsClosed(it.getFactsClosed() + kept.closed())
            .setTurnsReinforced(it.getTurnsReinforced() + (reinforced ? 1 : 0)));
  }
}
