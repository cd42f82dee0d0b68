package io.mnestic.orchestrator.remembering;

import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.DeleteMemoriesResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.ForgetRequest;
import io.mnestic.orchestrator.v1.ForgetResponse;
import jakarta.inject.Singleton;

/** Takes memories out of what is recalled. */
@Singleton
public final class Forget {
  private final MemoryStoreServiceBlockingStub store;

  Forget(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /** Deletes the memories, all or none; their history stays. */
  public ForgetResponse forget(ForgetRequest request) {
    DeleteMemoriesResponse reply;
    try {
      reply =
          store.deleteMemories(
              DeleteMemoriesRequest.newBuilder()
                  .setNamespace(request.getNamespace())
                  .setRequestId(RequestIds.of("forget", request.getRequestId()))
                  .addAllIds(request.getMemoryIdsList())
                  .setAllowMissing(request.getAllowMissing())
                  .build());
    } catch (StatusRuntimeException e) {
      throw PeerFailure.withFields(e, "ids", "memory_ids");
    }
    return ForgetResponse.newBuilder()
        .setForgotten(reply.getDeleted())
        .setRevision(reply.getRevision())
        .build();
  }
}
