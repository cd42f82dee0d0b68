package io.mnestic.orchestrator.window;

import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.ToolCall;
import io.mnestic.memory.v1.Turn;
import java.util.List;

/** Turns made by hand. */
public final class Turns {
  private Turns() {}

  public static Memory said(long sequence, Role role, String content) {
    return turn(sequence, Turn.newBuilder().setRole(role), content);
  }

  public static Memory calls(long sequence, String content, List<String> ids) {
    Turn.Builder turn = Turn.newBuilder().setRole(Role.ROLE_ASSISTANT);
    ids.forEach(id ->
        turn.addToolCalls(ToolCall.newBuilder().setId(id).setName("look").setArguments("{}")));
    return turn(sequence, turn, content);
  }

  public static Memory result(long sequence, String callId, String content) {
    return turn(sequence, Turn.newBuilder().setRole(Role.ROLE_TOOL).setToolCallId(callId), content);
  }

  public static Memory turn(long sequence, Turn.Builder turn, String content) {
    return Memory.newBuilder()
        .setId("t" + sequence)
        .setKind(Kind.KIND_TURN)
        .setKey(content)
        .setValue(content)
        .setTurn(turn.setSession("s").setSequence(sequence))
        .build();
  }
}
