package io.mnestic.memory.write;

import com.google.protobuf.Timestamp;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Turn;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the turns of one write come to stand in their sessions. */
public final class TurnPlaces {
  private final Draft draft;
  private final long uid;
  private final Timestamp now;
  private final Map<String, Long> lastSequences = new HashMap<>();

  /** For a write that commits at {@code now}. */
  public TurnPlaces(Draft draft, long uid, Timestamp now) {
    this.draft = draft;
    this.uid = uid;
    this.now = now;
  }

  /** A turn that supersedes one of its session keeps its place; any other comes last. */
  public void place(Turn.Builder turn, Optional<Memory> stored) {
    String session = turn.getSession();
    Optional<Turn> before =
        stored
            .filter(Memory::hasTurn)
            .map(Memory::getTurn)
            .filter(old -> old.getSession().equals(session));
    if (before.isPresent()) {
      turn.setSequence(before.get().getSequence());
    } else {
      turn.setSequence(last(session) + 1);
      lastSequences.put(session, turn.getSequence());
    }
    if (!turn.hasSaidTime()) {
      turn.setSaidTime(now);
    }
  }

  /** A turn that brings its place with it. */
  public void take(Turn.Builder turn) {
    lastSequences.put(turn.getSession(), Math.max(last(turn.getSession()), turn.getSequence()));
    if (!turn.hasSaidTime()) {
      turn.setSaidTime(now);
    }
  }

  private long last(String session) {
    return lastSequences.computeIfAbsent(session, name -> draft.lastSequence(uid, name));
  }
}
