package io.mnestic.orchestrator.remembering;

import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.orchestrator.encoding.Subject;
import io.mnestic.orchestrator.v1.RememberRequest;
import io.mnestic.orchestrator.v1.RememberResponse;
import jakarta.inject.Singleton;
import java.util.List;

/** Remembers something that is not a turn. */
@Singleton
public final class Remember {
  private final WriteEncoded writes;

  Remember(WriteEncoded writes) {
    this.writes = writes;
  }

  /** Writes the memory; one of the same id is superseded. */
  public RememberResponse remember(RememberRequest request) {
    Memory memory = memory(request);
    WriteEncoded.Written written =
        writes.write(
            WriteMemoriesRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setRequestId(RequestIds.of("remember", request.getRequestId()))
                .addMemories(memory),
            () -> List.of(new Subject(memory.getKey(), null)));
    return RememberResponse.newBuilder()
        .setMemoryId(written.reply().getMemories(0).getId())
        .setRevision(written.reply().getRevision())
        .addAllNotices(written.notices())
        .build();
  }

  private static Memory memory(RememberRequest request) {
    Memory.Builder memory =
        Memory.newBuilder()
            .setId(request.getId())
            .setKind(
                request.getKind() == Kind.KIND_UNSPECIFIED ? Kind.KIND_FACT : request.getKind())
            .setKey(request.getKey())
            .setValue(request.getValue())
            .putAllAttributes(request.getAttributesMap())
            .setPinned(request.getPinned());
    if (request.hasValidFrom()) {
      memory.setValidFrom(request.getValidFrom());
    }
    if (request.hasValidTo()) {
      memory.setValidTo(request.getValidTo());
    }
    if (request.hasImportance()) {
      memory.setImportance(request.getImportance());
    }
    return memory.build();
  }
}
