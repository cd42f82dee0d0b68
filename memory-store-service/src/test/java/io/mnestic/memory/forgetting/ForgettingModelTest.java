package io.mnestic.memory.forgetting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.log.LogSettings;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.MemorySet;
import io.mnestic.memory.log.RocksMemoryLog;
import io.mnestic.memory.usage.CountUses;
import io.mnestic.memory.usage.UsageSettings;
import io.mnestic.memory.v1.ForgettingCandidate;
import io.mnestic.memory.v1.ForgettingPolicy;
import io.mnestic.memory.v1.ForgettingReason;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.PreviewForgettingRequest;
import io.mnestic.memory.v1.PreviewForgettingResponse;
import io.mnestic.memory.v1.Retention;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random writes, uses, policies and sweeps with restarts, against a map and the formula written
 * out: what a preview says, a sweep does, and it is what the model forgets. {@code
 * -Dtest.model.seed} runs a seed again, {@code -Dtest.model.operations} runs longer.
 */
final class ForgettingModelTest {
  private static final long SEED = Long.getLong("test.model.seed", System.nanoTime());
  private static final int OPERATIONS = Integer.getInteger("test.model.operations", 1_500);
  private static final int RESTART_EVERY = 300;
  private static final int IDS = 60;
  private static final int BATCH = 4;

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final Map<String, Remembered> memories = new TreeMap<>();
  private final Map<ForgettingReason, Long> forgotten = new EnumMap<>(ForgettingReason.class);
  private final Ticking clock = new Ticking();
  private ForgettingPolicy policy = ForgettingPolicy.getDefaultInstance();

  @Test
  void aSweepForgetsWhatTheModelForgets() {
    System.out.println("ForgettingModelTest seed " + SEED);
    Store store = new Store(folder, clock);
    try {
      store.log.commit(
          1,
          draft ->
              draft.create(
                  Namespace.newBuilder()
                      .setName("n")
                      .addVectorSpaces(VectorSpace.newBuilder().setModel("m").setDimensions(1))
                      .setCreateTime(clock.timestamp())
                      .build()));
      for (int i = 1; i <= OPERATIONS; i++) {
        clock.pass(random.nextInt(50_000_000));
        operate(store);
        if (i % RESTART_EVERY == 0) {
          store.close();
          store = new Store(folder, clock);
          compare(store);
        }
      }
    } finally {
      store.close();
    }
    // The run tried each way to go.
    assertThat(forgotten)
        .containsOnlyKeys(
            ForgettingReason.FORGETTING_REASON_EXPIRED,
            ForgettingReason.FORGETTING_REASON_DECAYED,
            ForgettingReason.FORGETTING_REASON_OVER_CAPACITY);
  }

  private void operate(Store store) {
    String id = "m" + random.nextInt(IDS);
    switch (random.nextInt(20)) {
      case 0 -> {
        store.log.commit(
            1,
            draft ->
                draft.append(draft.namespace("n"), LogEntry.newBuilder().addDeletedMemories(id)));
        memories.remove(id);
      }
      case 1, 2, 3, 4 -> use(store, id);
      case 5, 6 -> changePolicy(store);
      case 7, 8, 9 -> sweep(store);
      case 10 -> preview(store, clock.after(random.nextInt(200_000_000)));
      default -> write(store, id);
    }
  }

  private void write(Store store, String id) {
    Memory.Builder memory =
        Memory.newBuilder()
            .setId(id)
            .setKind(Kind.KIND_FACT)
            .setKey("k".repeat(1 + random.nextInt(100)))
            .setPinned(random.nextInt(6) == 0)
            .setUpdateTime(clock.timestamp())
            .addVectors(NamedVector.newBuilder().setName("key").addValues(1));
    if (random.nextBoolean()) {
      memory.setImportance(1 + random.nextInt(5));
    }
    StoredNamespace after =
        store.log.commit(
            1,
            draft -> {
              StoredNamespace namespace = draft.namespace("n");
              memory.setRevision(namespace.getNamespace().getRevision() + 1);
              return draft.append(namespace, LogEntry.newBuilder().addMemories(memory));
            });
    Memory stored = memory.clearVectors().setRevision(after.getNamespace().getRevision()).build();
    Remembered before = memories.get(id);
    memories.put(
        id,
        before == null
            ? new Remembered(stored, 0, Timestamp.getDefaultInstance())
            : new Remembered(stored, before.uses, before.lastUsed));
  }

  private void use(Store store, String id) {
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      store.uses.count(store.uid(), List.of(id));
    }
    if (random.nextBoolean()) {
      store.uses.flush();
    }
    memories.computeIfPresent(
        id,
        (_, it) ->
            new Remembered(
                it.memory,
                it.uses + times,
                // Counted in whole milliseconds.
                Timestamps.fromMillis(Timestamps.toMillis(clock.timestamp()))));
    if (!memories.containsKey(id)) {
      // A use of what is not there is to go to none, also not to one of the same id written later.
      store.uses.flush();
    }
  }

  private void changePolicy(Store store) {
    ForgettingPolicy.Builder next = ForgettingPolicy.newBuilder();
    if (random.nextBoolean()) {
      next.setDecay(1 - random.nextDouble() * 0.9);
    }
    if (random.nextBoolean()) {
      next.setDecayPeriod(Duration.newBuilder().setSeconds(1 + random.nextInt(500_000)));
    }
    if (random.nextInt(3) == 0) {
      next.setMinRetention(0.01 + random.nextDouble());
    }
    if (random.nextInt(3) == 0) {
      next.setExpireAfter(Duration.newBuilder().setSeconds(1 + random.nextInt(1_000_000)));
    }
    if (random.nextInt(3) == 0) {
      next.setMaxMemories(1 + random.nextInt(IDS));
    }
    if (random.nextInt(3) == 0) {
      next.setMaxBytes(1 + random.nextInt(IDS * 70));
    }
    policy = next.build();
    store.log.commit(
        1,
        draft -> {
          StoredNamespace namespace = draft.namespace("n");
          return draft.change(
              namespace, namespace.getNamespace().toBuilder().setForgetting(policy).build());
        });
  }

  private void preview(Store store, Timestamp at) {
    List<Going> expected = going(at);
    List<ForgettingCandidate> found = new ArrayList<>();
    PreviewForgettingRequest.Builder request =
        PreviewForgettingRequest.newBuilder().setNamespace("n").setAtTime(at).setPageSize(3);
    do {
      PreviewForgettingResponse page = store.preview.preview(request.build());
      assertThat(page.getCandidatesCount()).isLessThanOrEqualTo(3);
      found.addAll(page.getCandidatesList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      Going going = expected.get(i);
      assertThat(found.get(i).getMemory()).isEqualTo(going.remembered.memory);
      assertThat(found.get(i).getReason()).isEqualTo(going.reason);
      Retention retention = found.get(i).getRetention();
      assertThat(retention.getRetention())
          .isCloseTo(going.retention, within(1e-9 * going.retention))
          .isEqualTo(
              retention.getImportance() * retention.getDecayFactor() * retention.getUseFactor());
      assertThat(retention.getUsage().getUses()).isEqualTo(going.remembered.uses);
    }
  }

  private void sweep(Store store) {
    preview(store, clock.timestamp());
    List<Going> expected = going(clock.timestamp());
    long position = store.namespace().getPosition();
    Sweep.Outcome outcome = store.sweep();
    assertThat(outcome.all()).isTrue();
    Map<String, ForgettingReason> found = new TreeMap<>();
    for (LogEntry entry : store.log.entriesAfter(store.uid(), position, 1_000, 1 << 20)) {
      assertThat(entry.getDeletedMemoriesCount()).isBetween(1, BATCH);
      entry.getDeletedMemoriesList().forEach(id -> found.put(id, entry.getForgottenBecause()));
    }
    Map<String, ForgettingReason> wanted = new TreeMap<>();
    for (Going going : expected) {
      wanted.put(going.remembered.memory.getId(), going.reason);
      memories.remove(going.remembered.memory.getId());
      forgotten.merge(going.reason, 1L, Long::sum);
    }
    assertThat(found).isEqualTo(wanted);
    if (outcome.dueIn() < 1e9 && outcome.dueIn() > 1) {
      // Nothing goes by itself before the moment that the sweep says, and something does after it.
      assertThat(timed(clock.after((long) outcome.dueIn() - 1))).isEmpty();
      // Where memories were evicted it may have been one of them.
      if (!wanted.containsValue(ForgettingReason.FORGETTING_REASON_OVER_CAPACITY)) {
        assertThat(timed(clock.after((long) outcome.dueIn() + 1))).isNotEmpty();
      }
    }
    compare(store);
  }

  private List<Going> timed(Timestamp at) {
    return going(at).stream()
        .filter(it -> it.reason != ForgettingReason.FORGETTING_REASON_OVER_CAPACITY)
        .toList();
  }

  private void compare(Store store) {
    try (LogView view = store.log.view()) {
      StoredNamespace namespace = view.namespace("n");
      assertThat(view.memories(namespace.getUid(), MemorySet.ALL, "", it -> true, 1_000).items())
          .containsExactlyInAnyOrderElementsOf(
              memories.values().stream().map(Remembered::memory).toList());
      Namespace shown = namespace.getNamespace();
      assertThat(shown.getMemoryCount()).isEqualTo(memories.size());
      assertThat(shown.getMemoryBytes()).isEqualTo(bytes());
      assertThat(shown.getForgettingStatus().getExpired())
          .isEqualTo(forgotten.getOrDefault(ForgettingReason.FORGETTING_REASON_EXPIRED, 0L));
      assertThat(shown.getForgettingStatus().getDecayed())
          .isEqualTo(forgotten.getOrDefault(ForgettingReason.FORGETTING_REASON_DECAYED, 0L));
      assertThat(shown.getForgettingStatus().getEvicted())
          .isEqualTo(forgotten.getOrDefault(ForgettingReason.FORGETTING_REASON_OVER_CAPACITY, 0L));
      store.uses.flush();
    }
    try (LogView view = store.log.view()) {
      List<String> ids = List.copyOf(memories.keySet());
      assertThat(view.usages(store.uid(), ids))
          .extracting(usage -> usage.getUses(), usage -> usage.getLastUsedTime())
          .containsExactlyElementsOf(
              memories.values().stream()
                  .map(it -> org.assertj.core.api.Assertions.tuple(it.uses, it.lastUsed))
                  .toList());
    }
  }

  private long bytes() {
    return memories.values().stream().mapToLong(it -> it.memory.getSerializedSize()).sum();
  }

  /** What goes at a moment: the formulas of the contract, written out. */
  private List<Going> going(Timestamp at) {
    List<Going> going = new ArrayList<>();
    List<Going> rest = new ArrayList<>();
    for (Remembered it : memories.values()) {
      if (it.memory.getPinned()) {
        continue;
      }
      long written = Timestamps.toNanos(it.memory.getUpdateTime());
      long used = Math.max(written, Timestamps.toNanos(it.lastUsed));
      long now = Timestamps.toNanos(at);
      double period = policy.hasDecayPeriod() ? policy.getDecayPeriod().getSeconds() : 24 * 60 * 60;
      double decay = policy.hasDecay() ? policy.getDecay() : 1;
      double importance = it.memory.hasImportance() ? it.memory.getImportance() : 1;
      double retention =
          importance
              * Math.pow(decay, Math.max(0, now - used) / 1e9 / period)
              * (1 + Math.log1p((double) it.uses));
      if (policy.hasExpireAfter()
          && now - written >= policy.getExpireAfter().getSeconds() * 1_000_000_000L) {
        going.add(new Going(it, ForgettingReason.FORGETTING_REASON_EXPIRED, retention));
      } else if (policy.hasMinRetention() && retention < policy.getMinRetention()) {
        going.add(new Going(it, ForgettingReason.FORGETTING_REASON_DECAYED, retention));
      } else {
        rest.add(new Going(it, ForgettingReason.FORGETTING_REASON_OVER_CAPACITY, retention));
      }
    }
    long count = (long) memories.size() - going.size();
    long bytes =
        bytes() - going.stream().mapToLong(it -> it.remembered.memory.getSerializedSize()).sum();
    rest.sort(Going.ORDER);
    for (Going next : rest) {
      boolean over =
          (policy.hasMaxMemories() && count > policy.getMaxMemories())
              || (policy.hasMaxBytes() && bytes > policy.getMaxBytes());
      if (over) {
        going.add(next);
        count--;
        bytes -= next.remembered.memory.getSerializedSize();
      }
    }
    going.sort(Going.ORDER);
    return going;
  }

  private record Remembered(Memory memory, long uses, Timestamp lastUsed) {}

  private record Going(Remembered remembered, ForgettingReason reason, double retention) {
    static final Comparator<Going> ORDER =
        Comparator.comparingDouble(Going::retention)
            .thenComparing(it -> it.remembered.memory.getId());
  }

  /** A log with what counts and sweeps. */
  private static final class Store {
    final MemoryLog log;
    final CountUses uses;
    final PreviewForgetting preview;
    private final Clock clock;

    Store(Path folder, Clock clock) {
      this.clock = clock;
      log =
          RocksMemoryLog.open(
              folder,
              new LogSettings(
                  256, 1 << 20, 4_096, 1 << 28, java.time.Duration.ofHours(24), 1 << 20),
              clock);
      uses = new CountUses(log, new UsageSettings(java.time.Duration.ofDays(1), 1_000), clock);
      preview = new PreviewForgetting(log, uses, clock);
    }

    StoredNamespace namespace() {
      try (LogView view = log.view()) {
        return view.namespace("n");
      }
    }

    long uid() {
      return namespace().getUid();
    }

    Sweep.Outcome sweep() {
      return new Sweep(log, clock, BATCH, uses::flush, _ -> {}, namespace()).run(_ -> {});
    }

    void close() {
      uses.close();
      log.close();
    }
  }

  /** A clock that stands still unless told otherwise. */
  private static final class Ticking extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void pass(long millis) {
      now = now.plusMillis(millis);
    }

    Timestamp timestamp() {
      return after(0);
    }

    Timestamp after(long seconds) {
      return Timestamp.newBuilder()
          .setSeconds(now.getEpochSecond() + seconds)
          .setNanos(now.getNano())
          .build();
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
