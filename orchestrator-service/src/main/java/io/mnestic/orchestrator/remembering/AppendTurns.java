package io.mnestic.orchestrator.remembering;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesResponse;
import io.mnestic.memory.v1.WrittenMemory;
import io.mnestic.orchestrator.encoding.Subject;
import io.mnestic.orchestrator.session.Sessions;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.AppendedTurn;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Appends turns to a session: each becomes a memory, found by itself and with the one before. */
@Singleton
public final class AppendTurns {
  /** Key and value go to the store in one message of at most 64 MiB. */
  private static final long MOST_BYTES = 28L << 20;

  private final Sessions sessions;
  private final WriteEncoded writes;
  private final MemoryStoreServiceBlockingStub store;

  AppendTurns(Sessions sessions, WriteEncoded writes, MemoryStoreServiceBlockingStub store) {
    this.sessions = sessions;
    this.writes = writes;
    this.store = store;
  }

  /**
   * Writes the turns, all or none.
   *
   * @throws Refusal SESSION_NOT_FOUND
   */
  public AppendTurnsResponse append(AppendTurnsRequest request) {
    requireSendable(request);
    return append(request, RequestIds.of("turns", request.getRequestId()), List.of());
  }

  /**
   * The same for another RPC.
   *
   * @param requestId of the store's write
   * @param ids of the turns' memories, in order; empty for new ones
   * @throws Refusal SESSION_NOT_FOUND
   */
  public AppendTurnsResponse append(
      AppendTurnsRequest request, String requestId, List<String> ids) {
    sessions.require(request.getNamespace(), request.getSessionId());
    WriteMemoriesRequest.Builder write =
        WriteMemoriesRequest.newBuilder()
            .setNamespace(request.getNamespace())
            .setRequestId(requestId);
    for (NewTurn turn : request.getTurnsList()) {
      write.addMemories(TurnMemory.of(request.getSessionId(), turn));
    }
    for (int i = 0; i < ids.size(); i++) {
      write.getMemoriesBuilder(i).setId(ids.get(i));
    }
    WriteEncoded.Written written =
        writes.write(write, () -> subjects(request, write.getMemoriesList()));
    return reply(written.reply()).addAllNotices(written.notices()).build();
  }

  private static void requireSendable(AppendTurnsRequest request) {
    if (request.getSerializedSize() > MOST_BYTES) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "turns of one call may have "
                  + (MOST_BYTES >> 20)
                  + " MiB together: append them in several calls")
          .withField("turns");
    }
  }

  private List<Subject> subjects(AppendTurnsRequest request, List<Memory> memories) {
    @Nullable String previous = newestKey(request.getNamespace(), request.getSessionId());
    List<Subject> subjects = new ArrayList<>();
    for (Memory memory : memories) {
      subjects.add(new Subject(memory.getKey(), previous));
      previous = memory.getKey();
    }
    return subjects;
  }

  private @Nullable String newestKey(String namespace, String session) {
    List<Memory> newest =
        store
            .listTurns(
                ListTurnsRequest.newBuilder()
                    .setNamespace(namespace)
                    .setSession(session)
                    .setPageSize(1)
                    .build())
            .getTurnsList();
    return newest.isEmpty() ? null : newest.getFirst().getKey();
  }

  private static AppendTurnsResponse.Builder reply(WriteMemoriesResponse written) {
    AppendTurnsResponse.Builder reply =
        AppendTurnsResponse.newBuilder().setRevision(written.getRevision());
    for (WrittenMemory memory : written.getMemoriesList()) {
      reply.addTurns(
          AppendedTurn.newBuilder().setMemoryId(memory.getId()).setSequence(memory.getSequence()));
    }
    return reply;
  }
}
