package io.mnestic.bench.recall;

import io.mnestic.memory.v1.Role;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * One conversation and what is asked about it.
 *
 * @param name the file's name without its ending
 * @param sessions in order
 * @param questions those with evidence that exists
 */
record Conversation(String name, List<Session> sessions, List<Question> questions) {

  /** How many turns it has. */
  int turnCount() {
    return sessions.stream().mapToInt(session -> session.turns().size()).sum();
  }

  /** Turns of one sitting, the first said at {@code start}. */
  record Session(int number, Instant start, List<Turn> turns) {}

  /**
   * One message.
   *
   * @param speaker who said it; empty in a chat, where the role tells
   * @param text with the caption of a shared picture appended
   */
  record Turn(TurnId id, Role role, String speaker, String text) {}

  /**
   * A question.
   *
   * @param category 1 several turns, 2 when, 3 open, 4 one turn, 5 adversarial
   * @param evidence the turns that hold the answer, at least one
   */
  record Question(String text, int category, Set<TurnId> evidence) {}
}
