package io.mnestic.memory.write;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import com.google.protobuf.Timestamp;
import io.mnestic.memory.idempotency.Once;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.reinforcement.Duplicates;
import io.mnestic.memory.reinforcement.FindDuplicates;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesResponse;
import io.mnestic.memory.v1.WrittenMemory;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes memories. */
@Singleton
public final class WriteMemories {
  private final MemoryLog log;
  private final Indexer indexer;
  private final FindDuplicates duplicates;
  private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

  WriteMemories(MemoryLog log, Indexer indexer, FindDuplicates duplicates) {
    this.log = log;
    this.indexer = indexer;
    this.duplicates = duplicates;
  }

  /**
   * Writes memories, all or none.
   *
   * @throws io.mnestic.wire.Refusal as the contract lists them
   */
  public WriteMemoriesResponse write(WriteMemoriesRequest request) {
    return request.hasReinforce()
        ? duplicates.alone(request.getNamespace(), () -> commit(request))
        : commit(request);
  }

  private WriteMemoriesResponse commit(WriteMemoriesRequest request) {
    StoredNamespace target;
    try (LogView view = log.view()) {
      target = view.namespace(request.getNamespace());
    }
    List<Memory> memories =
        CheckMemories.check(request.getMemoriesList(), VectorSpaces.dimensions(target));
    Once once = Once.of("WriteMemories", request.getRequestId(), withoutVectors(request));
    indexer.checkRoom(target);
    Duplicates found =
        request.hasReinforce()
            ? duplicates.find(target, memories, request.getReinforce())
            : Duplicates.none(memories.size());
    Once.Answer<WriteMemoriesResponse> answer =
        log.commit(
            request.getSerializedSize(),
            draft -> {
              StoredNamespace namespace = VectorSpaces.unchanged(draft, target);
              return once.answer(
                  draft,
                  namespace,
                  WriteMemoriesResponse.parser(),
                  () -> write(draft, namespace, memories, found));
            });
    return answer.reply().toBuilder().setReplayed(answer.replayed()).build();
  }

  private WriteMemoriesResponse write(
      Draft draft, StoredNamespace namespace, List<Memory> memories, Duplicates found) {
    Timestamp now = draft.commitTime(namespace);
    long uid = namespace.getUid();
    long revision = namespace.getNamespace().getRevision() + 1;
    WriteMemoriesResponse.Builder response =
        WriteMemoriesResponse.newBuilder().setRevision(revision).setCommitTime(now);
    TurnPlaces places = new TurnPlaces(draft, uid, now);
    Map<String, Memory> written = new LinkedHashMap<>();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < memories.size(); i++) {
      Memory asked = memories.get(i);
      String id = asked.getId().isEmpty() ? this.ids.generate().toString() : asked.getId();
      Optional<Memory> stored = draft.memory(uid, id);
      Optional<Duplicates.Reinforced> reinforced =
          stored.isPresent()
              ? Optional.empty()
              : found.reinforced(
                  i,
                  asked,
                  ids,
                  near -> Optional.ofNullable(written.get(near)).or(() -> draft.memory(uid, near)));
      Memory.Builder memory =
          reinforced
              .map(one -> one.memory().toBuilder())
              .orElseGet(() -> asked.toBuilder().setId(id));
      memory.setRevision(revision).setUpdateTime(now);
      if (reinforced.isEmpty()) {
        complete(memory, stored, places, now);
      }
      ids.add(memory.getId());
      written.put(memory.getId(), memory.build());
      response.addMemories(
          WrittenMemory.newBuilder()
              .setId(memory.getId())
              .setSequence(memory.getTurn().getSequence())
              .setCreated(stored.isEmpty() && reinforced.isEmpty())
              .setReinforced(reinforced.isPresent())
              .setCosine(reinforced.map(Duplicates.Reinforced::cosine).orElse(0.0)));
    }
    draft.append(
        namespace, LogEntry.newBuilder().setCommitTime(now).addAllMemories(written.values()));
    return response.build();
  }

  private static void complete(
      Memory.Builder memory, Optional<Memory> stored, TurnPlaces places, Timestamp now) {
    memory.setCreateTime(stored.map(Memory::getCreateTime).orElse(now));
    if (memory.getValue().isEmpty()) {
      memory.setValue(memory.getKey());
    }
    if (memory.hasTurn()) {
      places.place(memory.getTurnBuilder(), stored);
    }
  }

  private static WriteMemoriesRequest withoutVectors(WriteMemoriesRequest request) {
    if (request.getRequestId().isEmpty()) {
      return request;
    }
    WriteMemoriesRequest.Builder payload = request.toBuilder();
    payload.getMemoriesBuilderList().forEach(memory -> memory.clearVectors().clearTokenVectors());
    return payload.build();
  }
}
