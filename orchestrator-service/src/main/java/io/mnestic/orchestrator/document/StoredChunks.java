package io.mnestic.orchestrator.document;

import io.mnestic.memory.v1.AttributeCondition;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListMemoriesResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.orchestrator.encoding.Subject;
import io.mnestic.orchestrator.remembering.WriteEncoded;
import io.mnestic.orchestrator.v1.Notice;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The chunks of documents in the store. */
@Singleton
final class StoredChunks {
  private static final int PAGE = 500;

  /** Chunks of one write: a few seconds of the encoder's work. */
  private static final int BATCH = 32;

  private static final int MOST_DELETED = 1_000;

  private final MemoryStoreServiceBlockingStub store;
  private final WriteEncoded writes;

  StoredChunks(MemoryStoreServiceBlockingStub store, WriteEncoded writes) {
    this.store = store;
    this.writes = writes;
  }

  /** The attributes of a document's chunks, by the chunks' ids. */
  Map<String, Map<String, AttributeValue>> attributes(String namespace, String document) {
    ListMemoriesRequest.Builder list =
        ListMemoriesRequest.newBuilder()
            .setNamespace(namespace)
            .setFilter(
                Filter.newBuilder()
                    .addKinds(Kind.KIND_DOCUMENT)
                    .addAttributes(
                        AttributeCondition.newBuilder()
                            .setName(ChunkMemories.DOCUMENT)
                            .setEquals(AttributeValue.newBuilder().setText(document))))
            .setPageSize(PAGE);
    Map<String, Map<String, AttributeValue>> attributes = new LinkedHashMap<>();
    do {
      ListMemoriesResponse page = store.listMemories(list.build());
      page.getMemoriesList()
          .forEach(chunk -> attributes.put(chunk.getId(), chunk.getAttributesMap()));
      list.setPageToken(page.getNextPageToken());
    } while (!list.getPageToken().isEmpty());
    return attributes;
  }

  /** Writes chunks that are new; their vectors follow if the encoder is away. */
  List<Notice> add(String namespace, List<Memory> chunks) {
    List<Notice> notices = List.of();
    for (int start = 0; start < chunks.size(); start += BATCH) {
      List<Memory> batch = chunks.subList(start, Math.min(chunks.size(), start + BATCH));
      WriteEncoded.Written written =
          writes.write(
              WriteMemoriesRequest.newBuilder().setNamespace(namespace).addAllMemories(batch),
              () -> batch.stream().map(chunk -> new Subject(chunk.getKey(), null)).toList());
      notices = written.notices().isEmpty() ? notices : written.notices();
    }
    return notices;
  }

  /** Writes chunks that say what they said, but lie elsewhere, with the vectors they have. */
  void move(String namespace, List<Memory> chunks) {
    for (int start = 0; start < chunks.size(); start += BATCH) {
      List<Memory> moved = new ArrayList<>();
      for (Memory chunk : chunks.subList(start, Math.min(chunks.size(), start + BATCH))) {
        Memory there =
            store
                .getMemory(
                    GetMemoryRequest.newBuilder()
                        .setNamespace(namespace)
                        .setId(chunk.getId())
                        .setWithVectors(true)
                        .build())
                .getMemory();
        moved.add(
            chunk.toBuilder()
                .addAllVectors(there.getVectorsList())
                .addAllTokenVectors(there.getTokenVectorsList())
                .build());
      }
      store.writeMemories(
          WriteMemoriesRequest.newBuilder().setNamespace(namespace).addAllMemories(moved).build());
    }
  }

  /** Forgets chunks; how many were there. */
  int remove(String namespace, List<String> ids) {
    int removed = 0;
    for (int start = 0; start < ids.size(); start += MOST_DELETED) {
      removed +=
          store
              .deleteMemories(
                  DeleteMemoriesRequest.newBuilder()
                      .setNamespace(namespace)
                      .addAllIds(ids.subList(start, Math.min(ids.size(), start + MOST_DELETED)))
                      .setAllowMissing(true)
                      .build())
              .getDeleted();
    }
    return removed;
  }
}
