package io.mnestic.memory.log;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** The past of a log on RocksDB. */
final class RocksLogPastModelTest extends LogPastModelTest {
  @Override
  MemoryLog open(Path folder, Clock clock) {
    return RocksMemoryLog.open(
        folder, new LogSettings(8, 1 << 20, 64, 1 << 20, Duration.ofHours(24), 1 << 20), clock);
  }
}
