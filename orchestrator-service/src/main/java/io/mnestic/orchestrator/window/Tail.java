package io.mnestic.orchestrator.window;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.ToolCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newest turns of a session.
 *
 * @param turns oldest first
 * @param complete whether they are all the session has
 * @param revision the namespace's revision they were read at; 0 if nothing was read
 */
public record Tail(List<WindowTurn> turns, boolean complete, long revision) {
  /** No session. */
  public static final Tail NONE = new Tail(List.of(), true, 0);

  /** The newest turn of the user. */
  public Optional<WindowTurn> newestOfUser() {
    return turns.reversed().stream().filter(turn -> turn.isOf(Role.ROLE_USER)).findFirst();
  }

  /** Position of the last turn that was not read, as far as there is one; 0 if all were. */
  public long unread() {
    return complete || turns.isEmpty() ? 0 : turns.getFirst().sequence() - 1;
  }

  /** The turns grouped into units, newest first. */
  public List<Unit> units() {
    int[] starts = starts();
    List<Unit> units = new ArrayList<>();
    int end = turns.size();
    while (end > 0) {
      int start = end - 1;
      boolean whole = true;
      for (int i = end - 1; i >= start; i--) {
        whole &= starts[i] >= 0;
        start = Math.min(start, Math.max(0, starts[i]));
      }
      units.add(new Unit(turns.subList(start, end), whole));
      end = start;
    }
    return units;
  }

  /**
   * For each turn the first turn that it can not be without: itself, the call that it answers, or
   * -1 if that call lies before the turns that were read.
   */
  private int[] starts() {
    Map<String, Integer> calls = new HashMap<>();
    int[] starts = new int[turns.size()];
    for (int i = 0; i < starts.length; i++) {
      Memory memory = turns.get(i).memory();
      starts[i] = i;
      if (turns.get(i).isOf(Role.ROLE_TOOL)) {
        int unread = complete ? i : -1;
        starts[i] = calls.getOrDefault(memory.getTurn().getToolCallId(), unread);
      }
      for (ToolCall call : memory.getTurn().getToolCallsList()) {
        calls.put(call.getId(), i);
      }
    }
    return starts;
  }
}
