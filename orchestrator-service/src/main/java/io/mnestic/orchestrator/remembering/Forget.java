package io.mnestic.orchestrator.remembering;

import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.DeleteMemoriesResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
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
    DeleteMemoriesResponse reply =
        store.deleteMemories(
            DeleteMemoriesRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setRequestId(RequestIds.of("forget", request.getRequestId()))
                .addAllIds(request.getMemoryIdsList())
                .setAllowMissing(request.getAllowMissing())
                .build());
    return ForgetResponse.newBuilder()
        .setForgotten(reply.getDeleted())
        .setRevision(reply.getRevision())
        .build();
  }
}
