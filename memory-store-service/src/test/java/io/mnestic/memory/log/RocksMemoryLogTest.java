package io.mnestic.memory.log;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** The contract on RocksDB, and its files. */
final class RocksMemoryLogTest extends MemoryLogContract {
  private static final LogSettings SETTINGS =
      new LogSettings(16, 1 << 20, 1_000, 1 << 26, Duration.ofHours(24), 1 << 20);

  @Override
  MemoryLog open(Path folder, Clock clock) {
    return RocksMemoryLog.open(folder, SETTINGS, clock);
  }

  @Test
  void aSecondOpenerIsToldSo() {
    assertThatThrownBy(() -> open(folder, at(START)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in use by another process");
  }

  @Test
  void aNewerFormatIsNotOpened() throws RocksDBException {
    log.close();
    try (Database database = Database.open(folder, 0)) {
      database.rocks().put(database.handle(Family.DEFAULT), Keys.text("format"), Keys.number(2));
    }
    assertThatThrownBy(() -> open(folder, at(START)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format 2")
        .hasMessageContaining("newer program");
    try (RocksDB raw = raw()) {
      raw.put(Keys.text("format"), Keys.number(1));
    }
    log = open(folder, at(START));
  }

  /** The files without the check of their format. */
  private RocksDB raw() throws RocksDBException {
    try (Options options = new Options()) {
      List<ColumnFamilyDescriptor> families =
          RocksDB.listColumnFamilies(options, folder.toString()).stream()
              .map(ColumnFamilyDescriptor::new)
              .toList();
      return RocksDB.open(folder.toString(), families, new ArrayList<>());
    }
  }
}
