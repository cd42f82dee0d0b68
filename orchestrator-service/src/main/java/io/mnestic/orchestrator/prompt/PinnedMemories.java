package io.mnestic.orchestrator.prompt;

import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListMemoriesResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the memories that go into every context, and those that the caller names. */
@Singleton
final class PinnedMemories {
  private static final int PAGE = 200;

  private final MemoryStoreServiceBlockingStub store;

  PinnedMemories(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /**
   * Those marked as pinned, by id, if they are wanted; then those named, as named; each once. No
   * more are read than the budget has tokens, since every one costs at least one.
   *
   * @throws Refusal MEMORY_NOT_FOUND for a named one
   */
  List<Memory> read(AssembleContextRequest request, boolean marked) {
    Map<String, Memory> pinned = new LinkedHashMap<>();
    if (marked) {
      addMarked(request, pinned);
    }
    for (int i = 0; i < request.getPinnedIdsCount(); i++) {
      if (!pinned.containsKey(request.getPinnedIds(i))) {
        pinned.put(request.getPinnedIds(i), named(request, i));
      }
    }
    return new ArrayList<>(pinned.values());
  }

  private void addMarked(AssembleContextRequest request, Map<String, Memory> pinned) {
    ListMemoriesRequest.Builder list =
        ListMemoriesRequest.newBuilder()
            .setNamespace(request.getNamespace())
            .setFilter(Filter.newBuilder().setPinned(true))
            .setPageSize(PAGE);
    do {
      ListMemoriesResponse page = store.listMemories(list.build());
      page.getMemoriesList().forEach(memory -> pinned.put(memory.getId(), memory));
      list.setPageToken(page.getNextPageToken());
    } while (!list.getPageToken().isEmpty() && pinned.size() < request.getBudgetTokens());
  }

  private Memory named(AssembleContextRequest request, int index) {
    String id = request.getPinnedIds(index);
    try {
      return store
          .getMemory(
              GetMemoryRequest.newBuilder().setNamespace(request.getNamespace()).setId(id).build())
          .getMemory();
    } catch (StatusRuntimeException e) {
      if (!PeerFailure.is(e, Reason.REASON_MEMORY_NOT_FOUND)) {
        throw e;
      }
      throw Refusal.of(
              Reason.REASON_MEMORY_NOT_FOUND,
              "pinned_ids names '" + id + "', which is not remembered: leave it out")
          .withField("pinned_ids[" + index + "]");
    }
  }
}
