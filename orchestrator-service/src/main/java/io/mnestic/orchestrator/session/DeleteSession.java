package io.mnestic.orchestrator.session;

import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.orchestrator.digest.Digests;
import io.mnestic.orchestrator.v1.DeleteSessionRequest;
import io.mnestic.orchestrator.v1.DeleteSessionResponse;
import io.mnestic.orchestrator.v1.EpisodeEntry;
import jakarta.inject.Singleton;
import java.util.List;

/** Deletes sessions, with their turns and the episodes of these if that is asked for. */
@Singleton
public final class DeleteSession {
  private static final int PAGE = 500;

  private final Sessions sessions;
  private final Digests digests;
  private final MemoryStoreServiceBlockingStub store;

  DeleteSession(Sessions sessions, Digests digests, MemoryStoreServiceBlockingStub store) {
    this.sessions = sessions;
    this.digests = digests;
    this.store = store;
  }

  /** Turns go first, so that a call which broke off can be repeated. */
  public DeleteSessionResponse delete(DeleteSessionRequest request) {
    sessions.get(request.getNamespace(), request.getSessionId());
    long forgotten = 0;
    if (request.getForgetTurns()) {
      forgetEpisodes(request);
      forgotten = forgetTurns(request);
    }
    digests.delete(request.getNamespace(), request.getSessionId());
    sessions.delete(request.getNamespace(), request.getSessionId());
    return DeleteSessionResponse.newBuilder().setForgottenTurns(forgotten).build();
  }

  private void forgetEpisodes(DeleteSessionRequest request) {
    List<String> ids =
        digests.digest(request.getNamespace(), request.getSessionId()).getEpisodesList().stream()
            .map(EpisodeEntry::getMemoryId)
            .filter(id -> !id.isEmpty())
            .toList();
    for (int start = 0; start < ids.size(); start += PAGE) {
      store.deleteMemories(
          DeleteMemoriesRequest.newBuilder()
              .setNamespace(request.getNamespace())
              .addAllIds(ids.subList(start, Math.min(start + PAGE, ids.size())))
              .setAllowMissing(true)
              .build());
    }
  }

  private long forgetTurns(DeleteSessionRequest request) {
    long forgotten = 0;
    while (true) {
      List<String> ids =
          store
              .listTurns(
                  ListTurnsRequest.newBuilder()
                      .setNamespace(request.getNamespace())
                      .setSession(request.getSessionId())
                      .setPageSize(PAGE)
                      .build())
              .getTurnsList()
              .stream()
              .map(Memory::getId)
              .toList();
      if (ids.isEmpty()) {
        return forgotten;
      }
      forgotten +=
          store
              .deleteMemories(
                  DeleteMemoriesRequest.newBuilder()
                      .setNamespace(request.getNamespace())
                      .addAllIds(ids)
                      .setAllowMissing(true)
                      .build())
              .getDeleted();
    }
  }
}
