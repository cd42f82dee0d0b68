package io.mnestic.memory.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

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
      database
          .rocks()
          .put(
              database.handle(Family.DEFAULT),
              Keys.text("format"),
              Keys.number(Database.FORMAT_VERSION + 1));
    }
    assertThatThrownBy(() -> open(folder, at(START)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format " + (Database.FORMAT_VERSION + 1))
        .hasMessageContaining("newer program");
    try (RocksDB raw = raw()) {
      raw.put(Keys.text("format"), Keys.number(Database.FORMAT_VERSION));
    }
    log = open(folder, at(START));
  }

  @Test
  void versionsPastRetentionLeaveTheDisk() throws RocksDBException {
    create("n");
    put("n", memory("a").setRevision(1).build(), Record.newBuilder().setId("r").build());
    put("n", turn("a", "s", 1).setRevision(2).build(), Record.newBuilder().setId("r").build());
    put("n", memory("a").setRevision(3).build(), Record.newBuilder().setId("r").build());
    log.close();
    assertThat(count(Family.PAST_MEMORIES)).isEqualTo(2);
    assertThat(count(Family.PAST_TURNS)).isEqualTo(1);
    assertThat(count(Family.PAST_RECORDS)).isEqualTo(2);
    trimAt(START.plus(Duration.ofDays(29)));
    assertThat(count(Family.PAST_MEMORIES)).isEqualTo(2);
    trimAt(START.plus(Duration.ofDays(30)));
    assertThat(count(Family.PAST_MEMORIES)).isZero();
    assertThat(count(Family.PAST_TURNS)).isZero();
    assertThat(count(Family.PAST_RECORDS)).isZero();
    log = open(folder, at(START));
    try (LogView view = log.view()) {
      // The clock went back; what is gone is refused all the same.
      assertThatThrownBy(() -> view.at("n", Moment.at(2)))
          .hasMessageContaining("the oldest revision left is 3");
      assertThat(view.at("n", Moment.at(3)).revision()).isEqualTo(3);
    }
  }

  @Test
  void anOlderFormatIsUpgradedAndItsPastBeginsThen() throws Exception {
    create("n");
    put("n", memory("a").setRevision(1).build(), Record.newBuilder().setId("r").build());
    put("n", memory("a").setRevision(2).build(), Record.newBuilder().setId("r").build());
    log.close();
    try (Database database = Database.open(folder, 0)) {
      // As the program before wrote it: no versions of the past, no times of revisions, no tokens.
      for (Family family :
          List.of(Family.PAST_MEMORIES, Family.PAST_RECORDS, Family.REVISIONS, Family.TOKENLESS)) {
        database
            .rocks()
            .deleteRange(database.handle(family), Keys.number(0), Keys.number(Long.MAX_VALUE));
      }
      byte[] name = Keys.text("n");
      StoredNamespace.Builder namespace =
          StoredNamespace.parseFrom(database.rocks().get(database.handle(Family.NAMESPACES), name))
              .toBuilder();
      namespace.getNamespaceBuilder().clearMemoryBytes();
      database
          .rocks()
          .put(database.handle(Family.NAMESPACES), name, namespace.build().toByteArray());
      database.rocks().put(database.handle(Family.DEFAULT), Database.FORMAT_KEY, Keys.number(1));
    }
    log = open(folder, at(START));
    try (LogView view = log.view()) {
      StoredNamespace namespace = view.namespace("n");
      // The memory was counted before: a count is set, not added to.
      assertThat(namespace.getNamespace().getTokenlessCount()).isEqualTo(1);
      assertThat(view.memories(namespace.getUid(), MemorySet.TOKENLESS, "", _ -> true, 10).items())
          .extracting(Memory::getId)
          .containsExactly("a");
      assertThat(namespace.getNamespace().getMemoryBytes())
          .isEqualTo(view.memory(namespace.getUid(), "a").orElseThrow().getSerializedSize());
    }
    put("n", memory("a").setRevision(3).build(), Record.newBuilder().setId("r").build());
    try (LogView view = log.view()) {
      assertThat(view.namespace("n").getNamespace().getTokenlessCount()).isEqualTo(1);
      long uid = view.namespace("n").getUid();
      assertThat(view.at("n", Moment.at(2)).view().memory(uid, "a"))
          .map(Memory::getRevision)
          .contains(2L);
      assertThatThrownBy(() -> view.at("n", Moment.at(1)))
          .hasMessageContaining("the oldest revision left is 2");
    }
  }

  @Test
  void whatOnlyASnapshotKeptLeavesTheDiskAfterIt() throws RocksDBException {
    create("n");
    for (int i = 1; i <= 4; i++) {
      put("n", turn("a", "s", 1).setRevision(i).build(), Record.newBuilder().setId("r").build());
    }
    Snapshot snapshot = Snapshot.newBuilder().setName("s").setRevision(2).build();
    log.commit(
        1,
        draft -> {
          draft.keepSnapshot(draft.namespace("n"), snapshot);
          return true;
        });
    log.close();
    trimAt(START.plus(Duration.ofDays(31)));
    assertThat(count(Family.PAST_MEMORIES)).isEqualTo(1);
    assertThat(count(Family.PAST_TURNS)).isEqualTo(1);
    assertThat(count(Family.PAST_RECORDS)).isEqualTo(1);
    log = open(folder, at(START.plus(Duration.ofDays(31))));
    log.commit(
        1,
        draft -> {
          draft.dropSnapshot(draft.namespace("n"), snapshot);
          return true;
        });
    log.close();
    trimAt(START.plus(Duration.ofDays(32)));
    assertThat(count(Family.PAST_MEMORIES)).isZero();
    assertThat(count(Family.PAST_TURNS)).isZero();
    assertThat(count(Family.PAST_RECORDS)).isZero();
    log = open(folder, at(START));
  }

  @Test
  void aBranchThatWasNotPublishedIsGoneAtTheNextStart() throws RocksDBException {
    StoredNamespace parent = create("n");
    log.commit(
        1,
        draft ->
            draft.fillBranch(
                draft.beginBranch(
                    parent.getNamespace().toBuilder().setName("b").build(), parent.getUid()),
                LogEntry.newBuilder().addMemories(memory("a").setRevision(1))));
    log.close();
    assertThat(count(Family.MEMORIES)).isEqualTo(1);
    log = open(folder, at(START));
    log.close();
    assertThat(count(Family.MEMORIES)).isZero();
    assertThat(count(Family.LOG)).isZero();
    log = open(folder, at(START));
  }

  private void put(String namespace, Memory memory, Record record) {
    log.commit(
        1,
        draft ->
            draft.append(
                draft.namespace(namespace),
                LogEntry.newBuilder()
                    .addMemories(memory)
                    .addRecords(
                        record.toBuilder().setCollection("c").setRevision(memory.getRevision()))));
  }

  /** A change later, everything whose time has come is gone. */
  private void trimAt(Instant time) {
    log = open(folder, at(time));
    log.commit(1, draft -> true);
    log.close();
  }

  private int count(Family family) throws RocksDBException {
    int count = 0;
    try (Database database = Database.open(folder, 0);
        RocksIterator it = database.rocks().newIterator(database.handle(family))) {
      for (it.seekToFirst(); it.isValid(); it.next()) {
        count++;
      }
      it.status();
    }
    return count;
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
