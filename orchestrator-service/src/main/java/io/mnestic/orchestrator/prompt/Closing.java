package io.mnestic.orchestrator.prompt;

import io.mnestic.orchestrator.window.Tail;
import io.mnestic.orchestrator.window.Unit;
import io.mnestic.orchestrator.window.WindowTurn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a context ends: with the caller's new message, or, without one, with the newest turn of the
 * user and what follows it in the session. It is always kept whole.
 *
 * @param query the new message; null when the session's newest user turn is meant
 * @param queryTokens of the new message
 * @param turns the turns that close, oldest first; empty with a new message
 * @param subject what memories are recalled for; empty if there is nothing to ask
 * @param earlier the units before, newest first
 * @param unread position of the last turn that was too old to be read; 0 if all were
 */
record Closing(
    @Nullable String query,
    int queryTokens,
    List<WindowTurn> turns,
    String subject,
    List<Unit> earlier,
    long unread) {
  static Closing withQuery(String query, int tokens, Tail tail) {
    return new Closing(query, tokens, List.of(), query, tail.units(), tail.unread());
  }

  static Closing ofTail(Tail tail) {
    Optional<WindowTurn> asked = tail.newestOfUser();
    List<Unit> units = tail.units();
    if (asked.isEmpty()) {
      return new Closing(null, 0, List.of(), "", units, tail.unread());
    }
    List<WindowTurn> turns = new ArrayList<>();
    int next = 0;
    while (!turns.contains(asked.get())) {
      turns.addAll(0, units.get(next++).turns());
    }
    return new Closing(
        null, 0, turns, asked.get().content(), units.subList(next, units.size()), tail.unread());
  }

  /** Tokens with the overhead of each message. */
  long cost(int tokensPerMessage) {
    return query == null
        ? new Unit(turns, true).cost(tokensPerMessage)
        : (long) queryTokens + tokensPerMessage;
  }

  /** Whether the turns before all cost no more than the limit. */
  boolean fits(long limit, int tokensPerMessage) {
    return unread == 0
        && earlier.stream().mapToLong(unit -> unit.cost(tokensPerMessage)).sum() <= limit;
  }

  /** Position of the first of its turns; {@code Long.MAX_VALUE} with a new message. */
  long firstSequence() {
    return turns.isEmpty() ? Long.MAX_VALUE : turns.getFirst().sequence();
  }

  /** Whether this turn is what memories are recalled for. */
  boolean isAsked(WindowTurn turn) {
    return new Tail(turns, true, 0)
        .newestOfUser()
        .filter(asked -> asked.sequence() == turn.sequence())
        .isPresent();
  }
}
