package io.mnestic.orchestrator.remembering;

import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.Turn;
import io.mnestic.orchestrator.turn.TurnText;
import io.mnestic.orchestrator.v1.NewTurn;

/** A turn as the memory that it is. */
final class TurnMemory {
  private TurnMemory() {}

  static Memory of(String session, NewTurn turn) {
    Turn.Builder place =
        Turn.newBuilder()
            .setSession(session)
            .setRole(turn.getRole() == Role.ROLE_UNSPECIFIED ? Role.ROLE_USER : turn.getRole())
            .setSpeaker(turn.getSpeaker())
            .addAllToolCalls(turn.getToolCallsList())
            .setToolCallId(turn.getToolCallId())
            .addAllAttachments(turn.getAttachmentsList());
    if (turn.hasSaidTime()) {
      place.setSaidTime(turn.getSaidTime());
    }
    return Memory.newBuilder()
        .setKind(Kind.KIND_TURN)
        .setKey(
            TurnText.key(
                turn.getSpeaker(),
                turn.getContent(),
                turn.getToolCallsList(),
                turn.getAttachmentsList()))
        .setValue(
            TurnText.value(turn.getContent(), turn.getToolCallsList(), turn.getAttachmentsList()))
        .setTurn(place)
        .putAllAttributes(turn.getAttributesMap())
        .setPinned(turn.getPinned())
        .build();
  }
}
