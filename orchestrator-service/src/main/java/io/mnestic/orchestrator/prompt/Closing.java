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
 */
record Closing(
    @Nullable String query,
    int queryTokens,
    List<WindowTurn> turns,
    String subject,
    List<Unit> earlier) {
  static Closing withQuery(String query, int tokens, Tail tail) {
    return new Closing(query, tokens, List.of(), query, tail.units());
  }

  static Closing ofTail(Tail tail) {
    Optional<WindowTurn> asked = tail.newestOfUser();
    List<Unit> units = tail.units();
    if (asked.isEmpty()) {
      return new Closing(null, 0, List.of(), "", units);
    }
    List<WindowTurn> turns = new ArrayList<>();
    int next = 0;
    while (!turns.contains(asked.get())) {
      turns.addAll(0, units.get(next++).turns());
    }
    return new Closing(null, 0, turns, asked.get().content(), units.subList(next, units.size()));
  }

  /** Tokens with the overhead of each message. */
  long cost(int tokensPerMessage) {
    return query == null
        ? new Unit(turns, true).cost(tokensPerMessage)
        : (long) queryTokens + tokensPerMessage;
  }

  /** Whether this turn is what memories are recalled for. */
  boolean isAsked(WindowTurn turn) {
    return new Tail(turns, true, 0)
        .newestOfUser()
        .filter(asked -> asked.sequence() == turn.sequence())
        .isPresent();
  }
}
