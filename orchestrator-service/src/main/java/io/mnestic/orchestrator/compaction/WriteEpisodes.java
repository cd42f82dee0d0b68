package io.mnestic.orchestrator.compaction;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.orchestrator.encoding.EncodedMemory;
import io.mnestic.orchestrator.encoding.MemoryEncoder;
import io.mnestic.orchestrator.encoding.Subject;
import io.mnestic.orchestrator.space.Spaces;
import jakarta.inject.Singleton;
import java.util.List;

/** Writes summaries with the vectors that they are found by. */
@Singleton
final class WriteEpisodes {
  private final MemoryEncoder encoder;
  private final Spaces spaces;
  private final MemoryStoreServiceBlockingStub store;
  private final CompactionSettings settings;

  WriteEpisodes(
      MemoryEncoder encoder,
      Spaces spaces,
      MemoryStoreServiceBlockingStub store,
      CompactionSettings settings) {
    this.encoder = encoder;
    this.spaces = spaces;
    this.store = store;
    this.settings = settings;
  }

  void write(String namespace, Memory episode, Runnable beforeEachCall) {
    List<Subject> subject = List.of(new Subject(episode.getKey(), null));
    EncodedMemory encoded =
        encoder
            .encode(spaces.of(namespace), subject, settings.encodeDeadline(), beforeEachCall)
            .getFirst();
    Memory found =
        episode.toBuilder()
            .addAllVectors(encoded.vectors())
            .addAllTokenVectors(encoded.tokens())
            .build();
    store.writeMemories(
        WriteMemoriesRequest.newBuilder().setNamespace(namespace).addMemories(found).build());
  }
}
