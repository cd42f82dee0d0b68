package io.mnestic.memory.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Turn;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredReply;
import io.mnestic.wire.Refusal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link MemoryLog} does. */
abstract class MemoryLogContract {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;
  MemoryLog log;

  /** Opens the log in the folder. */
  abstract MemoryLog open(Path folder, Clock clock);

  @BeforeEach
  void open() {
    log = open(folder, at(START));
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void anEntryIsThereAfterReopening() {
    StoredNamespace namespace = create("n");
    append(namespace, memory("a").build());
    log.close();
    log = open(folder, at(START));
    List<LogEntry> entries = log.entriesAfter(namespace.getUid(), 0, 10, Integer.MAX_VALUE);
    assertThat(entries).hasSize(1);
    assertThat(entries.getFirst().getMemories(0).getId()).isEqualTo("a");
    try (LogView view = log.view()) {
      assertThat(view.namespace("n").getNamespace().getRevision()).isEqualTo(1);
      assertThat(view.memory(namespace.getUid(), "a")).isPresent();
    }
  }

  @Test
  void aRefusedChangeLeavesNothingAndHarmsNoOther() throws Exception {
    StoredNamespace namespace = create("n");
    List<Callable<Boolean>> changes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int number = i;
      changes.add(() -> {
        try {
          log.commit(
              100,
              draft -> {
                draft.append(
                    draft.namespace("n"), LogEntry.newBuilder().addMemories(memory("m" + number)));
                if (number % 3 == 0) {
                  throw Refusal.of(Reason.REASON_INVALID_FIELD, "every third");
                }
                return number;
              });
          return true;
        } catch (Refusal e) {
          return false;
        }
      });
    }
    int kept = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (var done : threads.invokeAll(changes)) {
        kept += done.get() ? 1 : 0;
      }
    }
    assertThat(kept).isEqualTo(133);
    try (LogView view = log.view()) {
      assertThat(view.namespace("n").getNamespace().getMemoryCount()).isEqualTo(133);
      assertThat(view.namespace("n").getNamespace().getRevision()).isEqualTo(133);
      assertThat(view.memory(namespace.getUid(), "m3")).isEmpty();
      assertThat(view.memory(namespace.getUid(), "m4")).isPresent();
    }
    assertThat(log.entriesAfter(namespace.getUid(), 0, 1_000, Integer.MAX_VALUE))
        .extracting(LogEntry::getPosition)
        .containsExactlyElementsOf(
            java.util.stream.LongStream.rangeClosed(1, 133).boxed().toList());
  }

  @Test
  void changesOfOneGroupSeeEachOther() throws Exception {
    create("n");
    List<Callable<Long>> changes = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      String id = "t" + i;
      changes.add(() ->
          log.commit(
              100,
              draft -> {
                StoredNamespace namespace = draft.namespace("n");
                long next = draft.lastSequence(namespace.getUid(), "s") + 1;
                draft.append(namespace, LogEntry.newBuilder().addMemories(turn(id, "s", next)));
                return next;
              }));
    }
    List<Long> sequences = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (var done : threads.invokeAll(changes)) {
        sequences.add(done.get());
      }
    }
    assertThat(sequences).doesNotHaveDuplicates().contains(1L, 64L);
  }

  @Test
  void aViewDoesNotMove() {
    StoredNamespace namespace = create("n");
    append(namespace, memory("a").build());
    try (LogView before = log.view()) {
      log.commit(
          1,
          draft ->
              draft.append(draft.namespace("n"), LogEntry.newBuilder().addDeletedMemories("a")));
      assertThat(before.memory(namespace.getUid(), "a")).isPresent();
      try (LogView after = log.view()) {
        assertThat(after.memory(namespace.getUid(), "a")).isEmpty();
      }
    }
  }

  @Test
  void derivedDataTakesNoRevision() {
    StoredNamespace namespace = append(create("n"), memory("a").build());
    assertThat(namespace.getNamespace().getUnencodedCount()).isEqualTo(1);
    StoredNamespace after =
        log.commit(
            1,
            draft ->
                draft.append(
                    draft.namespace("n"),
                    LogEntry.newBuilder()
                        .setDerived(true)
                        .addMemories(
                            memory("a")
                                .addVectors(
                                    NamedVector.newBuilder().setName("key").addValues(1)))));
    assertThat(after.getNamespace().getRevision()).isEqualTo(1);
    assertThat(after.getPosition()).isEqualTo(2);
    assertThat(after.getNamespace().getUnencodedCount()).isZero();
    try (LogView view = log.view()) {
      assertThat(view.vectors(namespace.getUid(), "a")).hasSize(1);
    }
  }

  @Test
  void namespacesSessionsAndCollectionsNeverReachIntoOneAnother() {
    StoredNamespace one = create("n");
    StoredNamespace other = create("n\u0000");
    append(one, turn("a", "s", 1).build());
    append(other, turn("b", "s", 1).build());
    log.commit(
        1,
        draft ->
            draft.append(
                draft.namespace("n"),
                LogEntry.newBuilder().addMemories(turn("c", "s\u0000\u0000", 1))));
    try (LogView view = log.view()) {
      assertThat(view.turns(one.getUid(), "s", 0, true, 10).items())
          .extracting(Memory::getId)
          .containsExactly("a");
      assertThat(view.memories(other.getUid(), MemorySet.ALL, "", it -> true, 10).items())
          .extracting(Memory::getId)
          .containsExactly("b");
    }
  }

  @Test
  void aDroppedNamespaceLeavesNothing() {
    StoredNamespace old = append(create("n"), memory("a").build());
    log.commit(
        1,
        draft -> {
          draft.drop(draft.namespace("n"));
          return true;
        });
    StoredNamespace fresh = create("n");
    assertThat(fresh.getUid()).isNotEqualTo(old.getUid());
    assertThat(log.entriesAfter(old.getUid(), 0, 10, Integer.MAX_VALUE)).isEmpty();
    try (LogView view = log.view()) {
      assertThat(view.memory(old.getUid(), "a")).isEmpty();
      assertThat(view.namespace("n").getNamespace().getMemoryCount()).isZero();
    }
  }

  @Test
  void commitTimeNeverGoesBack() {
    append(create("n"), memory("a").build());
    log.close();
    log = open(folder, at(START.minusSeconds(3_600)));
    StoredNamespace after =
        log.commit(
            1,
            draft ->
                draft.append(draft.namespace("n"), LogEntry.newBuilder().addMemories(memory("b"))));
    assertThat(after.getCommitTime().getSeconds()).isEqualTo(START.getEpochSecond());
  }

  @Test
  void aReplyIsKeptForADay() {
    StoredNamespace namespace = create("n");
    keepReply(namespace);
    assertThat(replyAt(START.plus(Duration.ofHours(23)), namespace)).isTrue();
    assertThat(replyAt(START.plus(Duration.ofHours(25)), namespace)).isFalse();
  }

  @Test
  void aReplyUnderAnIdUsedAgainIsKeptForItsOwnDay() {
    StoredNamespace namespace = create("n");
    keepReply(namespace);
    Instant again = START.plus(Duration.ofHours(24)).plusSeconds(30);
    assertThat(replyAt(again, namespace)).isFalse();
    keepReply(namespace);
    assertThat(replyAt(again.plusSeconds(120), namespace)).isTrue();
    assertThat(replyAt(again.plusSeconds(120), namespace)).isTrue();
  }

  @Test
  void aFailingListenerStopsNoWrite() {
    StoredNamespace namespace = create("n");
    log.listen(grown -> {
      throw new AssertionError("made up");
    });
    append(namespace, memory("a").build());
    assertThat(append(namespace, memory("b").build()).getNamespace().getRevision()).isEqualTo(2);
  }

  @Test
  void nothingIsAcceptedAfterClosing() {
    create("n");
    log.close();
    assertThatThrownBy(() -> log.commit(1, draft -> draft.namespace("n")))
        .isInstanceOf(Refusal.class);
    log = open(folder, at(START));
  }

  private void keepReply(StoredNamespace namespace) {
    log.commit(
        1,
        draft -> {
          draft.keepReply(
              namespace.getUid(),
              "rpc",
              "id",
              StoredReply.newBuilder().setTime(draft.commitTime(namespace)).build());
          return true;
        });
  }

  private boolean replyAt(Instant time, StoredNamespace namespace) {
    log.close();
    log = open(folder, at(time));
    return log.commit(1, draft -> draft.reply(namespace.getUid(), "rpc", "id").isPresent());
  }

  StoredNamespace create(String name) {
    return log.commit(
        1,
        draft ->
            draft.create(
                Namespace.newBuilder()
                    .setName(name)
                    .addVectorSpaces(VectorSpace.newBuilder().setModel("m").setDimensions(1))
                    .build()));
  }

  private StoredNamespace append(StoredNamespace namespace, Memory memory) {
    return log.commit(
        1,
        draft ->
            draft.append(
                draft.namespace(namespace.getNamespace().getName()),
                LogEntry.newBuilder().addMemories(memory)));
  }

  static Clock at(Instant time) {
    return Clock.fixed(time, ZoneOffset.UTC);
  }

  static Memory.Builder memory(String id) {
    return Memory.newBuilder().setId(id).setKind(Kind.KIND_FACT).setKey("key").setValue("key");
  }

  static Memory.Builder turn(String id, String session, long sequence) {
    return memory(id)
        .setKind(Kind.KIND_TURN)
        .setTurn(Turn.newBuilder().setSession(session).setSequence(sequence));
  }
}
