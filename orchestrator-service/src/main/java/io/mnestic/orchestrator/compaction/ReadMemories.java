package io.mnestic.orchestrator.compaction;

import io.grpc.Context;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.orchestrator.peers.PeerFailure;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Reads memories by id, side by side; being read here is no use that retention counts. */
@Singleton
public final class ReadMemories {
  private final MemoryStoreServiceBlockingStub store;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  ReadMemories(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /** Each memory, in order, without vectors; empty where it is no longer remembered. */
  public List<Optional<Memory>> read(String namespace, List<String> ids) {
    Context context = Context.current();
    List<CompletableFuture<Optional<Memory>>> readings = new ArrayList<>();
    for (String id : ids) {
      readings.add(
          CompletableFuture.supplyAsync(
              () -> {
                Context before = context.attach();
                try {
                  return read(namespace, id);
                } finally {
                  context.detach(before);
                }
              },
              threads));
    }
    try {
      return readings.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private Optional<Memory> read(String namespace, String id) {
    return PeerFailure.unless(
        Reason.REASON_MEMORY_NOT_FOUND,
        () ->
            store
                .getMemory(
                    GetMemoryRequest.newBuilder()
                        .setNamespace(namespace)
                        .setId(id)
                        .setUncounted(true)
                        .build())
                .getMemory());
  }
}
