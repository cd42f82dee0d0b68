package io.mnestic.memory;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.mnestic.memory.index.IndexSettings;
import io.mnestic.memory.index.LuceneMemoryIndex;
import io.mnestic.memory.index.MemoryIndex;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.indexing.IndexingSettings;
import io.mnestic.memory.indexing.OpenIndexes;
import io.mnestic.memory.indexing.Recovery;
import io.mnestic.memory.log.LogSettings;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.RocksMemoryLog;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Which log and which index this store has. Closed in reverse: indexer, indexes, log. */
@Factory
final class StoreBeans {
  @Bean(preDestroy = "close")
  @Singleton
  MemoryLog log(StoreSettings store, LogSettings settings) {
    return RocksMemoryLog.open(store.data().resolve("log"), settings, Clock.systemUTC());
  }

  @Singleton
  MemoryIndex index(StoreSettings store, IndexSettings settings) {
    return new LuceneMemoryIndex(store.data().resolve("index"), settings);
  }

  @Bean(preDestroy = "close")
  @Singleton
  OpenIndexes indexes(MemoryIndex index, IndexingSettings settings) {
    return new OpenIndexes(index, settings);
  }

  @Bean(preDestroy = "close")
  @Singleton
  Indexer indexer(MemoryLog log, OpenIndexes indexes, IndexingSettings settings) {
    return new Indexer(log, indexes, settings);
  }

  /** Made at the start, before the first call is served. */
  @Context
  Recovery recovery(MemoryLog log, MemoryIndex index, Indexer indexer) {
    Recovery recovery = new Recovery(log, index, indexer);
    recovery.run();
    return recovery;
  }
}
