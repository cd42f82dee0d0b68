package io.mnestic.memory.write;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.tokens.CheckTokens;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryVectors;
import io.mnestic.memory.v1.PutVectorsRequest;
import io.mnestic.memory.v1.PutVectorsResponse;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gives vectors to memories that are there. */
@Singleton
public final class PutVectors {
  /** The most that one entry of the log may hold, in bytes. */
  private static final long MOST_BYTES = 32L << 20;

  private final MemoryLog log;
  private final Indexer indexer;

  PutVectors(MemoryLog log, Indexer indexer) {
    this.log = log;
    this.indexer = indexer;
  }

  /**
   * Replaces the vectors of memories that have the given revision still.
   *
   * @throws Refusal as the contract lists them
   */
  public PutVectorsResponse put(PutVectorsRequest request) {
    StoredNamespace target;
    int bytes;
    try (LogView view = log.view()) {
      target = view.namespace(request.getNamespace());
      bytes = entryBytes(view, target.getUid(), request);
    }
    List<MemoryVectors> checked = check(request.getMemoriesList(), VectorSpaces.dimensions(target));
    indexer.checkRoom(target);
    return log.commit(bytes, draft -> put(draft, VectorSpaces.unchanged(draft, target), checked));
  }

  /** What the entry takes: it holds each memory whole, beside its vectors. */
  private static int entryBytes(LogView view, long uid, PutVectorsRequest request) {
    long bytes = request.getSerializedSize();
    for (MemoryVectors one : request.getMemoriesList()) {
      bytes +=
          view.memory(uid, one.getId())
              .filter(stored -> stored.getRevision() == one.getRevision())
              .map(Memory::getSerializedSize)
              .orElse(0);
      if (bytes > MOST_BYTES && request.getMemoriesCount() > 1) {
        throw Refusal.of(
                Reason.REASON_INVALID_FIELD,
                "the memories and their vectors have more than 32 MiB: send fewer memories at once")
            .withField("memories");
      }
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private static List<MemoryVectors> check(List<MemoryVectors> asked, int dimensions) {
    Set<String> ids = new HashSet<>();
    List<MemoryVectors> checked = new ArrayList<>(asked.size());
    for (int i = 0; i < asked.size(); i++) {
      MemoryVectors one = asked.get(i);
      String path = "memories[" + i + "]";
      if (!ids.add(one.getId())) {
        throw Refusal.of(
                Reason.REASON_INVALID_FIELD,
                "the id '" + one.getId() + "' is given twice: give it once")
            .withField(path + ".id");
      }
      checked.add(
          one.toBuilder()
              .clearVectors()
              .addAllVectors(CheckVectors.unit(one.getVectorsList(), dimensions, path + ".vectors"))
              .clearTokenVectors()
              .addAllTokenVectors(
                  CheckTokens.packed(
                      one.getTokenVectorsList(), dimensions, path + ".token_vectors"))
              .build());
    }
    return checked;
  }

  private static PutVectorsResponse put(
      Draft draft, StoredNamespace namespace, List<MemoryVectors> asked) {
    LogEntry.Builder entry = LogEntry.newBuilder().setDerived(true);
    PutVectorsResponse.Builder response = PutVectorsResponse.newBuilder();
    for (MemoryVectors one : asked) {
      Optional<Memory> memory =
          draft
              .memory(namespace.getUid(), one.getId())
              .filter(stored -> stored.getRevision() == one.getRevision());
      if (memory.isPresent()) {
        // Whole, so that the index can follow the log without looking anywhere else.
        Memory.Builder filled = memory.get().toBuilder();
        if (one.getVectorsCount() > 0) {
          filled.clearVectors().addAllVectors(one.getVectorsList());
        }
        if (one.getTokenVectorsCount() > 0) {
          filled.clearTokenVectors().addAllTokenVectors(one.getTokenVectorsList());
        }
        entry.addMemories(filled);
      } else {
        response.addSkippedIds(one.getId());
      }
    }
    if (entry.getMemoriesCount() > 0) {
      draft.append(namespace, entry);
    }
    return response.setUpdated(entry.getMemoriesCount()).build();
  }
}
