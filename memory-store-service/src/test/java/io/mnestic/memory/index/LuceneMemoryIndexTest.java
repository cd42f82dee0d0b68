package io.mnestic.memory.index;

import java.nio.file.Path;
import java.time.Duration;

/** The contract on Lucene. */
final class LuceneMemoryIndexTest extends MemoryIndexContract {
  @Override
  MemoryIndex index(Path folder, int exactLimit) {
    // A threshold of 10 gives segments of a few hundred vectors a graph.
    return new LuceneMemoryIndex(
        folder, new IndexSettings(exactLimit, Duration.ofMillis(1), 16, 100, 10, 16));
  }
}
