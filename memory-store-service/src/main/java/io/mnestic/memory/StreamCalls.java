package io.mnestic.memory;

import io.mnestic.memory.transfer.ExportMemories;
import io.mnestic.memory.transfer.ImportMemories;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.watch.WatchMemories;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls that go on for long: the change feed, exports and imports. */
@Singleton
final class StreamCalls {
  private final WatchMemories watchMemories;
  private final ExportMemories exportMemories;
  private final ImportMemories importMemories;

  StreamCalls(
      WatchMemories watchMemories, ExportMemories exportMemories, ImportMemories importMemories) {
    this.watchMemories = watchMemories;
    this.exportMemories = exportMemories;
    this.importMemories = importMemories;
  }

  void addTo(CallTable table) {
    table
        .serverStream(MemoryStoreServiceGrpc.getWatchMemoriesMethod(), watchMemories::watch)
        .serverStream(MemoryStoreServiceGrpc.getExportMemoriesMethod(), exportMemories::export)
        .stream(MemoryStoreServiceGrpc.getImportMemoriesMethod(), importMemories::open);
  }
}
