package io.mnestic.memory.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.LogSettings;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.RocksMemoryLog;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.WatchMemoriesResponse;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One watch of a real log, with a caller and threads that do only what the test says. */
final class WatchTest {
  private static final int BIG = 300 << 10;

  @TempDir Path folder;
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<Watch> ended = new ArrayList<>();
  private MemoryLog log;

  @BeforeEach
  void open() {
    log =
        RocksMemoryLog.open(
            folder,
            new LogSettings(16, 1 << 20, 16, 1 << 24, Duration.ofHours(1), 1 << 20),
            Clock.systemUTC());
    log.commit(10, draft -> draft.create(Namespace.newBuilder().setName("n").build()));
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void readsNoFurtherThanTheCallerTakes() {
    for (int i = 0; i < 10; i++) {
      append(BIG);
    }
    FakeCaller caller = new FakeCaller(1);
    Watch watch = watch(caller, 0);
    wakeAndRun(watch);
    assertThat(revisions(caller)).containsExactly(1L);
    wakeAndRun(watch);
    assertThat(revisions(caller)).containsExactly(1L);
    caller.makeRoom(2);
    wakeAndRun(watch);
    assertThat(revisions(caller)).containsExactly(1L, 2L, 3L);
    caller.makeRoom(100);
    wakeAndRun(watch);
    assertThat(revisions(caller)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(caller.taken.getLast().getUpToDate().getRevision()).isEqualTo(10);
  }

  @Test
  void hasNoTaskWhileIdle() {
    append(1);
    FakeCaller caller = new FakeCaller(100);
    Watch watch = watch(caller, 0);
    wakeAndRun(watch);
    assertThat(tasks).isEmpty();
    watch.wake();
    watch.wake();
    assertThat(tasks).hasSize(1);
    run();
    assertThat(caller.taken).hasSize(2);
  }

  @Test
  void growthWhileItSendsIsNotMissed() {
    append(1);
    FakeCaller caller = new FakeCaller(100);
    Watch watch = watch(caller, 0);
    watch.wake();
    append(1);
    watch.wake();
    run();
    assertThat(revisions(caller)).containsExactly(1L, 2L);
  }

  @Test
  void endsOnceWithTheReason() {
    FakeCaller caller = new FakeCaller(100);
    Watch watch = watch(caller, 0);
    watch.end(Refusal.of(Reason.REASON_STORE_UNAVAILABLE, "stops"));
    watch.wake();
    run();
    assertThat(caller.failure).hasMessage("stops");
    assertThat(ended).containsExactly(watch);
    append(1);
    wakeAndRun(watch);
    assertThat(revisions(caller)).isEmpty();
  }

  @Test
  void sendsNothingToACallerWhoIsGone() {
    append(1);
    FakeCaller caller = new FakeCaller(100);
    Watch watch = watch(caller, 0);
    caller.cancelled = true;
    wakeAndRun(watch);
    watch.cancelled();
    wakeAndRun(watch);
    assertThat(caller.taken).isEmpty();
    assertThat(ended).containsExactly(watch);
  }

  @Test
  void onlySoManyAreOpen() {
    OpenWatches open = new OpenWatches(1);
    Watch first = watch(new FakeCaller(1), 0);
    Watch second = watch(new FakeCaller(1), 0);
    open.add(1, first);
    assertThatThrownBy(() -> open.add(1, second))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.reason()).isEqualTo(Reason.REASON_OVERLOADED));
    open.remove(1, first);
    open.remove(1, first);
    open.add(1, second);
    assertThatThrownBy(() -> open.add(2, first)).isInstanceOf(Refusal.class);
    open.close(Refusal.of(Reason.REASON_STORE_UNAVAILABLE, "stops"));
    open.remove(1, second);
    assertThatThrownBy(() -> open.add(1, first)).hasMessage("stops");
  }

  private Watch watch(FakeCaller caller, long after) {
    StoredNamespace namespace = namespace();
    return new Watch(
        log, namespace, Feed.after(log, namespace, after), caller, tasks::add, ended::add);
  }

  private void wakeAndRun(Watch watch) {
    watch.wake();
    run();
  }

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private StoredNamespace namespace() {
    try (var view = log.view()) {
      return view.namespace("n");
    }
  }

  private void append(int size) {
    log.commit(
        size,
        draft ->
            draft.append(
                draft.namespace("n"),
                LogEntry.newBuilder()
                    .addMemories(
                        Memory.newBuilder()
                            .setId("m")
                            .setKind(Kind.KIND_FACT)
                            .setKey("k".repeat(size)))));
  }

  private static List<Long> revisions(FakeCaller caller) {
    return caller.taken.stream()
        .filter(WatchMemoriesResponse::hasChange)
        .map(one -> one.getChange().getRevision())
        .toList();
  }
}
