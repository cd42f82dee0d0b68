package io.mnestic.memory.write;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import com.google.protobuf.Timestamp;
import io.mnestic.memory.idempotency.Once;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Turn;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesResponse;
import io.mnestic.memory.v1.WrittenMemory;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes memories. */
@Singleton
public final class WriteMemories {
  private final MemoryLog log;
  private final Indexer indexer;
  private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

  WriteMemories(MemoryLog log, Indexer indexer) {
    this.log = log;
    this.indexer = indexer;
  }

  /**
   * Writes memories, all or none.
   *
   * @throws io.mnestic.wire.Refusal as the contract lists them
   */
  public WriteMemoriesResponse write(WriteMemoriesRequest request) {
    StoredNamespace target;
    try (LogView view = log.view()) {
      target = view.namespace(request.getNamespace());
    }
    List<Memory> memories =
        CheckMemories.check(request.getMemoriesList(), VectorSpaces.dimensions(target));
    Once once = Once.of("WriteMemories", request.getRequestId(), withoutVectors(request));
    indexer.checkRoom(target);
    Once.Answer<WriteMemoriesResponse> answer =
        log.commit(
            request.getSerializedSize(),
            draft -> {
              StoredNamespace namespace = VectorSpaces.unchanged(draft, target);
              return once.answer(
                  draft,
                  namespace,
                  WriteMemoriesResponse.parser(),
                  () -> write(draft, namespace, memories));
            });
    return answer.reply().toBuilder().setReplayed(answer.replayed()).build();
  }

  private WriteMemoriesResponse write(
      Draft draft, StoredNamespace namespace, List<Memory> memories) {
    Timestamp now = draft.commitTime(namespace);
    long revision = namespace.getNamespace().getRevision() + 1;
    LogEntry.Builder entry = LogEntry.newBuilder().setCommitTime(now);
    WriteMemoriesResponse.Builder response =
        WriteMemoriesResponse.newBuilder().setRevision(revision).setCommitTime(now);
    Map<String, Long> lastSequences = new HashMap<>();
    for (Memory asked : memories) {
      String id = asked.getId().isEmpty() ? ids.generate().toString() : asked.getId();
      Optional<Memory> stored = draft.memory(namespace.getUid(), id);
      Memory.Builder memory =
          asked.toBuilder()
              .setId(id)
              .setRevision(revision)
              .setCreateTime(stored.map(Memory::getCreateTime).orElse(now))
              .setUpdateTime(now);
      if (memory.getValue().isEmpty()) {
        memory.setValue(memory.getKey());
      }
      if (memory.hasTurn()) {
        place(draft, namespace.getUid(), memory.getTurnBuilder(), stored, now, lastSequences);
      }
      entry.addMemories(memory);
      response.addMemories(
          WrittenMemory.newBuilder()
              .setId(id)
              .setSequence(memory.getTurn().getSequence())
              .setCreated(stored.isEmpty()));
    }
    draft.append(namespace, entry);
    return response.build();
  }

  /** A turn that supersedes one of its session keeps its place; any other comes last. */
  private static void place(
      Draft draft,
      long uid,
      Turn.Builder turn,
      Optional<Memory> stored,
      Timestamp now,
      Map<String, Long> lastSequences) {
    String session = turn.getSession();
    Optional<Turn> before =
        stored
            .filter(Memory::hasTurn)
            .map(Memory::getTurn)
            .filter(old -> old.getSession().equals(session));
    if (before.isPresent()) {
      turn.setSequence(before.get().getSequence());
    } else {
      Long last = lastSequences.get(session);
      long next = (last == null ? draft.lastSequence(uid, session) : last) + 1;
      lastSequences.put(session, next);
      turn.setSequence(next);
    }
    if (!turn.hasSaidTime()) {
      turn.setSaidTime(now);
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
