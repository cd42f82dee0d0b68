package io.mnestic.orchestrator.window;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;

/**
 * A turn that may go into a context.
 *
 * @param memory without vectors
 * @param content what was said; empty if the turn only calls tools or has attachments
 * @param tokens of content, name, tool calls and attachments
 */
public record WindowTurn(Memory memory, String content, int tokens) {
  /** Its position in the session. */
  public long sequence() {
    return memory.getTurn().getSequence();
  }

  boolean isOf(Role role) {
    return memory.getTurn().getRole() == role;
  }
}
