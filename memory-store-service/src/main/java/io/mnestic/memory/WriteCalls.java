package io.mnestic.memory;

import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.write.DeleteMemories;
import io.mnestic.memory.write.PutVectors;
import io.mnestic.memory.write.UpdateMemory;
import io.mnestic.memory.write.WriteMemories;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls that write memories. */
@Singleton
final class WriteCalls {
  private final WriteMemories writeMemories;
  private final UpdateMemory updateMemory;
  private final PutVectors putVectors;
  private final DeleteMemories deleteMemories;

  WriteCalls(
      WriteMemories writeMemories,
      UpdateMemory updateMemory,
      PutVectors putVectors,
      DeleteMemories deleteMemories) {
    this.writeMemories = writeMemories;
    this.updateMemory = updateMemory;
    this.putVectors = putVectors;
    this.deleteMemories = deleteMemories;
  }

  void addTo(CallTable table) {
    table
        .unary(MemoryStoreServiceGrpc.getWriteMemoriesMethod(), writeMemories::write)
        .unary(MemoryStoreServiceGrpc.getUpdateMemoryMethod(), updateMemory::update)
        .unary(MemoryStoreServiceGrpc.getPutVectorsMethod(), putVectors::put)
        .unary(MemoryStoreServiceGrpc.getDeleteMemoriesMethod(), deleteMemories::delete);
  }
}
