package io.mnestic.memory;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.mnestic.memory.forgetting.ForgettingSettings;
import io.mnestic.memory.forgetting.PreviewForgetting;
import io.mnestic.memory.forgetting.SweepProgress;
import io.mnestic.memory.forgetting.Sweeper;
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
import io.mnestic.memory.usage.CountUses;
import io.mnestic.memory.usage.UsageSettings;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Which log and which index this store has. Closed in reverse: sweeper, indexer, indexes, log. */
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

  @Bean(preDestroy = "close")
  @Singleton
  CountUses uses(MemoryLog log, UsageSettings settings) {
    return new CountUses(log, settings, Clock.systemUTC());
  }

  @Singleton
  PreviewForgetting preview(MemoryLog log, CountUses uses) {
    return new PreviewForgetting(log, uses, Clock.systemUTC());
  }

  @Bean(preDestroy = "close")
  @Context
  Sweeper sweeper(
      MemoryLog log,
      Indexer indexer,
      CountUses uses,
      SweepProgress progress,
      ForgettingSettings settings) {
    return new Sweeper(log, indexer, uses, progress, settings, Clock.systemUTC());
  }

  /** Made at the start, before the first call is served. */
  @Context
  Recovery recovery(MemoryLog log, MemoryIndex index, Indexer indexer) {
    Recovery recovery = new Recovery(log, index, indexer);
    recovery.run();
    return recovery;
  }
}
