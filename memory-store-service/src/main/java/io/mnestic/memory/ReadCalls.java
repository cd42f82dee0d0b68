package io.mnestic.memory;

import io.mnestic.memory.attention.ReadMemory;
import io.mnestic.memory.read.ReadMemories;
import io.mnestic.memory.search.BatchSearch;
import io.mnestic.memory.search.SearchMemories;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls that read and find memories. */
@Singleton
final class ReadCalls {
  private final ReadMemories readMemories;
  private final SearchMemories searchMemories;
  private final BatchSearch batchSearch;
  private final ReadMemory readMemory;

  ReadCalls(
      ReadMemories readMemories,
      SearchMemories searchMemories,
      BatchSearch batchSearch,
      ReadMemory readMemory) {
    this.readMemories = readMemories;
    this.searchMemories = searchMemories;
    this.batchSearch = batchSearch;
    this.readMemory = readMemory;
  }

  void addTo(CallTable table) {
    table
        .unary(MemoryStoreServiceGrpc.getGetMemoryMethod(), readMemories::get)
        .unary(MemoryStoreServiceGrpc.getListMemoriesMethod(), readMemories::list)
        .unary(MemoryStoreServiceGrpc.getListTurnsMethod(), readMemories::listTurns)
        .unary(MemoryStoreServiceGrpc.getSearchMemoriesMethod(), searchMemories::search)
        .unary(MemoryStoreServiceGrpc.getBatchSearchMemoriesMethod(), batchSearch::search)
        .unary(MemoryStoreServiceGrpc.getReadMemoryMethod(), readMemory::read);
  }
}
