package io.mnestic.memory.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.memory.v1.Turn;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random changes of a log, with a copy of the content kept for every revision: each read as of each
 * revision gives what the copy holds. {@code -Dtest.model.seed} runs a seed again.
 */
abstract class LogPastModelTest {
  private static final long SEED = Long.getLong("test.model.seed", System.nanoTime());
  private static final int CHANGES = 300;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> IDS =
      List.of("a", "a b", "aa", "ab", "b", "é", "z\uD83D\uDE00");

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final Map<String, Integer> lastPlaces = new HashMap<>();
  private final List<Content> past = new ArrayList<>();
  private Content now = new Content(new TreeMap<>(), new TreeMap<>());
  private Instant time = START;

  /** Opens the log in the folder. */
  abstract MemoryLog open(Path folder, Clock clock);

  @Test
  void eachRevisionIsReadAsItWas() {
    System.out.println("LogPastModelTest seed " + SEED);
    past.add(now);
    Clock clock = new Ticking();
    MemoryLog log = open(folder, clock);
    try {
      create(log, "n");
      create(log, "other");
      for (int i = 1; i <= CHANGES; i++) {
        change(log);
        if (i % 100 == 0) {
          log.close();
          log = open(folder, clock);
          compareAll(log);
        }
      }
    } finally {
      log.close();
    }
  }

  private void change(MemoryLog log) {
    time = time.plusSeconds(1);
    if (random.nextInt(10) == 0) {
      giveVectors(log);
      return;
    }
    long revision = past.size();
    LogEntry.Builder entry = LogEntry.newBuilder();
    Content next = now.copy();
    List<String> ids = new ArrayList<>(IDS);
    Collections.shuffle(ids, random);
    for (String id : ids.subList(0, 1 + random.nextInt(3))) {
      switch (random.nextInt(5)) {
        case 0 -> {
          entry.addDeletedMemories(id);
          next.memories().remove(id);
        }
        case 1 -> {
          Record record =
              Record.newBuilder().setCollection("c").setId(id).setRevision(revision).build();
          entry.addRecords(record);
          next.records().put(id, record);
        }
        case 2 -> {
          entry.addDeletedRecords(Record.newBuilder().setCollection("c").setId(id));
          next.records().remove(id);
        }
        default -> {
          Memory memory = memory(id, revision, next.memories().get(id));
          entry.addMemories(memory);
          next.memories().put(id, memory);
        }
      }
    }
    log.commit(1, draft -> draft.append(draft.namespace("n"), entry));
    // The other namespace's past is its own.
    log.commit(
        1,
        draft ->
            draft.append(
                draft.namespace("other"),
                LogEntry.newBuilder().addMemories(memory("a", revision, null))));
    past.add(next);
    now = next;
  }

  /**
   * To the versions that are current, in this revision's copy and in those before that share them.
   */
  private void giveVectors(MemoryLog log) {
    String id = IDS.get(random.nextInt(IDS.size()));
    Memory memory = now.memories().get(id);
    if (memory == null) {
      return;
    }
    Memory encoded =
        memory.toBuilder()
            .clearVectors()
            .addVectors(NamedVector.newBuilder().setName("key").addValues(random.nextFloat()))
            .build();
    log.commit(
        1,
        draft ->
            draft.append(
                draft.namespace("n"), LogEntry.newBuilder().setDerived(true).addMemories(encoded)));
    past.forEach(content -> content.memories().replace(id, memory, encoded));
  }

  private Memory memory(String id, long revision, @Nullable Memory old) {
    Memory.Builder memory =
        Memory.newBuilder()
            .setId(id)
            .setKind(Kind.KIND_FACT)
            .setKey("key " + revision)
            .setRevision(revision)
            .setPinned(random.nextInt(3) == 0);
    if (random.nextBoolean()) {
      memory.addVectors(NamedVector.newBuilder().setName("key").addValues(random.nextFloat()));
    }
    if (random.nextBoolean()) {
      String session = "s" + random.nextInt(2);
      long place =
          old != null && old.getTurn().getSession().equals(session)
              ? old.getTurn().getSequence()
              : lastPlaces.merge(session, 1, Integer::sum);
      memory
          .setKind(Kind.KIND_TURN)
          .setTurn(Turn.newBuilder().setSession(session).setSequence(place));
    }
    return memory.build();
  }

  private void compareAll(MemoryLog log) {
    try (LogView view = log.view()) {
      long uid = view.namespace("n").getUid();
      for (int revision = 0; revision < past.size(); revision++) {
        NamespaceState state = view.at("n", Moment.at(revision));
        assertThat(state.revision()).isEqualTo(revision);
        compare(state.view(), uid, past.get(revision));
      }
    }
  }

  private void compare(LogView view, long uid, Content content) {
    for (String id : IDS) {
      Memory expected = content.memories().get(id);
      if (expected == null) {
        assertThat(view.memory(uid, id)).isEmpty();
        assertThat(view.vectors(uid, id)).isEmpty();
      } else {
        assertThat(view.memory(uid, id)).contains(expected.toBuilder().clearVectors().build());
        assertThat(view.vectors(uid, id)).isEqualTo(expected.getVectorsList());
      }
      assertThat(view.record(uid, "c", id).orElse(null)).isEqualTo(content.records().get(id));
    }
    List<Memory> all = new ArrayList<>(content.memories().values());
    assertThat(list(view, uid, MemorySet.ALL)).isEqualTo(bare(all));
    assertThat(list(view, uid, MemorySet.PINNED))
        .isEqualTo(bare(all.stream().filter(Memory::getPinned).toList()));
    assertThat(list(view, uid, MemorySet.UNENCODED))
        .isEqualTo(bare(all.stream().filter(it -> it.getVectorsCount() == 0).toList()));
    assertThat(records(view, uid)).isEqualTo(List.copyOf(content.records().values()));
    for (String session : List.of("s0", "s1")) {
      List<Memory> turns =
          new ArrayList<>(
              bare(
                  all.stream()
                      .filter(it -> it.getTurn().getSession().equals(session))
                      .sorted(Comparator.comparingLong(it -> it.getTurn().getSequence()))
                      .toList()));
      assertThat(turns(view, uid, session, true)).isEqualTo(turns);
      Collections.reverse(turns);
      assertThat(turns(view, uid, session, false)).isEqualTo(turns);
    }
  }

  /** In pages of random sizes, so that going on in the middle is tried everywhere. */
  private List<Memory> list(LogView view, long uid, MemorySet set) {
    List<Memory> all = new ArrayList<>();
    Page<Memory> page;
    do {
      String after = all.isEmpty() ? "" : all.getLast().getId();
      page = view.memories(uid, set, after, it -> true, 1 + random.nextInt(4));
      all.addAll(page.items());
    } while (page.more());
    return all;
  }

  private List<Record> records(LogView view, long uid) {
    List<Record> all = new ArrayList<>();
    Page<Record> page;
    do {
      String after = all.isEmpty() ? "" : all.getLast().getId();
      page = view.records(uid, "c", after, 1 + random.nextInt(4));
      all.addAll(page.items());
    } while (page.more());
    return all;
  }

  private List<Memory> turns(LogView view, long uid, String session, boolean oldestFirst) {
    List<Memory> all = new ArrayList<>();
    Page<Memory> page;
    do {
      long after = all.isEmpty() ? 0 : all.getLast().getTurn().getSequence();
      page = view.turns(uid, session, after, oldestFirst, 1 + random.nextInt(4));
      all.addAll(page.items());
    } while (page.more());
    return all;
  }

  @Test
  void aTimeIsTheLastRevisionUpToIt() {
    Clock clock = new Ticking();
    try (MemoryLog log = open(folder, clock)) {
      create(log, "n");
      for (int i = 1; i <= 9; i++) {
        time = START.plusSeconds(10L * i);
        write(log, i);
      }
      time = START.plusSeconds(1_000);
      try (LogView view = log.view()) {
        for (int seconds = 0; seconds <= 100; seconds++) {
          Moment moment = Moment.at(Timeline.timestamp(START.plusSeconds(seconds)));
          assertThat(view.at("n", moment).revision()).isEqualTo(Math.min(9, seconds / 10));
        }
        refused(
            view,
            Moment.at(Timeline.timestamp(time.plusSeconds(1))),
            Reason.REASON_REVISION_NOT_REACHED);
        refused(view, Moment.at(10), Reason.REASON_REVISION_NOT_REACHED);
        refused(view, Moment.at(-1), Reason.REASON_REVISION_NOT_REACHED);
      }
    }
  }

  @Test
  void thePastEndsWhereRetentionDoes() {
    Clock clock = new Ticking();
    try (MemoryLog log = open(folder, clock)) {
      create(log, "n");
      for (int i = 1; i <= 9; i++) {
        time = START.plus(Duration.ofDays(i));
        write(log, i);
      }
      // Revision 3 was the newest until day 4.
      time = START.plus(Duration.ofDays(34)).minusSeconds(1);
      try (LogView view = log.view()) {
        assertThat(view.at("n", Moment.at(3)).revision()).isEqualTo(3);
        refused(view, Moment.at(2), Reason.REASON_REVISION_EXPIRED);
        refused(
            view,
            Moment.at(Timeline.timestamp(START.plus(Duration.ofDays(3)).minusSeconds(1))),
            Reason.REASON_REVISION_EXPIRED);
        assertThat(view.oldestRevision(view.namespace("n"))).isEqualTo(3);
      }
      time = START.plus(Duration.ofDays(34));
      try (LogView view = log.view()) {
        refused(view, Moment.at(3), Reason.REASON_REVISION_EXPIRED);
        assertThatThrownBy(() -> view.at("n", Moment.at(3)))
            .hasMessageContaining("the oldest revision left is 4");
        assertThat(view.at("n", Moment.at(4)).view().memory(view.namespace("n").getUid(), "a"))
            .map(Memory::getKey)
            .contains("key 4");
      }
    }
  }

  @Test
  void aTimeThatIsGoneIsRefusedWhateverTheClockSays() {
    Clock clock = new Ticking();
    try (MemoryLog log = open(folder, clock)) {
      create(log, "n");
      for (int i = 1; i <= 9; i++) {
        time = START.plus(Duration.ofDays(i));
        write(log, i);
      }
      time = START.plus(Duration.ofDays(34));
      // The second change follows the trim that the first one's time brings.
      log.commit(1, draft -> true);
      log.commit(1, draft -> true);
      time = START.plus(Duration.ofDays(10));
      try (LogView view = log.view()) {
        Timestamp fourth = Timeline.timestamp(START.plus(Duration.ofDays(4)));
        assertThat(view.at("n", Moment.at(fourth)).revision()).isEqualTo(4);
        Timestamp third = Timeline.timestamp(START.plus(Duration.ofDays(4)).minusSeconds(1));
        refused(view, Moment.at(third), Reason.REASON_REVISION_EXPIRED);
      }
    }
  }

  @Test
  void aSnapshotKeepsItsRevisionAndNoOther() {
    Clock clock = new Ticking();
    try (MemoryLog log = open(folder, clock)) {
      create(log, "n");
      for (int i = 1; i <= 9; i++) {
        time = START.plus(Duration.ofDays(i));
        write(log, i);
      }
      Snapshot snapshot = Snapshot.newBuilder().setName("s").setRevision(3).build();
      log.commit(
          1,
          draft -> {
            draft.keepSnapshot(draft.namespace("n"), snapshot);
            return true;
          });
      time = START.plus(Duration.ofDays(100));
      log.commit(1, draft -> true);
      log.commit(1, draft -> true);
      try (LogView view = log.view()) {
        long uid = view.namespace("n").getUid();
        assertThat(view.at("n", Moment.at(3)).view().memory(uid, "a"))
            .map(Memory::getKey)
            .contains("key 3");
        refused(view, Moment.at(2), Reason.REASON_REVISION_EXPIRED);
        refused(view, Moment.at(4), Reason.REASON_REVISION_EXPIRED);
      }
      log.commit(
          1,
          draft -> {
            draft.dropSnapshot(draft.namespace("n"), snapshot);
            return true;
          });
      try (LogView view = log.view()) {
        refused(view, Moment.at(3), Reason.REASON_REVISION_EXPIRED);
      }
    }
  }

  private void write(MemoryLog log, int revision) {
    StoredNamespace after =
        log.commit(
            1,
            draft ->
                draft.append(
                    draft.namespace("n"),
                    LogEntry.newBuilder().addMemories(memory("a", revision, null))));
    assertThat(after.getNamespace().getRevision()).isEqualTo(revision);
  }

  private static void refused(LogView view, Moment moment, Reason reason) {
    assertThatThrownBy(() -> view.at("n", moment))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }

  private static void create(MemoryLog log, String name) {
    log.commit(
        1,
        draft ->
            draft.create(
                Namespace.newBuilder()
                    .setName(name)
                    .addVectorSpaces(VectorSpace.newBuilder().setModel("m").setDimensions(1))
                    .build()));
  }

  private static List<Memory> bare(List<Memory> memories) {
    return memories.stream().map(it -> it.toBuilder().clearVectors().build()).toList();
  }

  /** What a revision holds, by id in UTF-8 order. */
  private record Content(TreeMap<String, Memory> memories, TreeMap<String, Record> records) {
    Content copy() {
      return new Content(new TreeMap<>(memories), new TreeMap<>(records));
    }
  }

  private final class Ticking extends Clock {
    @Override
    public Instant instant() {
      return time;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }
  }
}
