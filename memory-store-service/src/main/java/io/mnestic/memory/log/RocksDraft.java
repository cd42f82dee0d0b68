package io.mnestic.memory.log;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryUsage;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredReply;
import io.mnestic.wire.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@link Draft} over the batch of the group under way. */
final class RocksDraft implements Draft {
  private final GroupBatch batch;
  private final java.time.Duration replyRetention;
  private final Clock clock;
  private final LogEnd end;
  private final Announcements announcements = new Announcements();
  private final BranchDraft branches;

  RocksDraft(GroupBatch batch, java.time.Duration replyRetention, Clock clock) {
    this.batch = batch;
    this.replyRetention = replyRetention;
    this.clock = clock;
    this.end = new LogEnd(batch, clock);
    this.branches = new BranchDraft(batch, end, announcements);
  }

  Announcements announcements() {
    return announcements;
  }

  @Override
  public StoredNamespace namespace(String name) {
    return findNamespace(name).orElseThrow(() -> noNamespace(name));
  }

  @Override
  public Optional<StoredNamespace> findNamespace(String name) {
    return batch.read(Family.NAMESPACES, Keys.text(name), StoredNamespace.parser());
  }

  @Override
  public Optional<Memory> memory(long uid, String id) {
    byte[] key = Keys.of(uid, id);
    return batch
        .read(Family.MEMORIES, key, Memory.parser())
        .map(memory -> batch.whole(memory, key));
  }

  @Override
  public Optional<Record> record(long uid, String collection, String id) {
    return batch.read(
        Family.RECORDS, Keys.inGroup(uid, collection, Keys.text(id)), Record.parser());
  }

  @Override
  public Optional<String> turnAt(long uid, String session, long sequence) {
    byte[] id = batch.get(Family.TURNS, Keys.inGroup(uid, session, Keys.number(sequence)));
    return Optional.ofNullable(id).map(text -> new String(text, StandardCharsets.UTF_8));
  }

  @Override
  public long lastSequence(long uid, String session) {
    return batch.lastSequence(uid, session);
  }

  @Override
  public Optional<StoredReply> reply(long uid, String rpc, String requestId) {
    Instant oldest = clock.instant().minus(replyRetention);
    return batch
        .read(Family.REPLIES, Keys.inGroup(uid, rpc, Keys.text(requestId)), StoredReply.parser())
        .filter(reply -> reply.getTime().getSeconds() >= oldest.getEpochSecond());
  }

  @Override
  public Timestamp commitTime(StoredNamespace namespace) {
    return end.commitTime(namespace);
  }

  @Override
  public StoredNamespace create(Namespace settings) {
    StoredNamespace namespace =
        StoredNamespace.newBuilder()
            .setNamespace(settings)
            .setUid(end.nextUid())
            .setCommitTime(settings.getCreateTime())
            .build();
    end.put(namespace);
    return namespace;
  }

  @Override
  public StoredNamespace retain(StoredNamespace namespace, Duration history) {
    return change(
        namespace, namespace.getNamespace().toBuilder().setHistoryRetention(history).build());
  }

  @Override
  public StoredNamespace change(StoredNamespace namespace, Namespace settings) {
    StoredNamespace stored = namespace.toBuilder().setNamespace(settings).build();
    end.put(stored);
    return stored;
  }

  @Override
  public MemoryUsage usage(long uid, String id) {
    return batch
        .read(Family.USES, Keys.of(uid, id), MemoryUsage.parser())
        .orElse(MemoryUsage.getDefaultInstance());
  }

  @Override
  public void addUses(long uid, String id, MemoryUsage more) {
    byte[] key = Keys.of(uid, id);
    if (batch.get(Family.MEMORIES, key) == null) {
      return;
    }
    MemoryUsage before = usage(uid, id);
    MemoryUsage.Builder after = MemoryUsage.newBuilder().setUses(before.getUses() + more.getUses());
    if (before.hasLastUsedTime() || more.hasLastUsedTime()) {
      boolean later = Timestamps.compare(more.getLastUsedTime(), before.getLastUsedTime()) > 0;
      after.setLastUsedTime(later ? more.getLastUsedTime() : before.getLastUsedTime());
    }
    batch.put(Family.USES, key, after.build().toByteArray());
  }

  @Override
  public Optional<Snapshot> snapshot(long uid, String name) {
    return batch.read(Family.SNAPSHOTS, Keys.of(uid, name), Snapshot.parser());
  }

  @Override
  public void keepSnapshot(StoredNamespace namespace, Snapshot snapshot) {
    batch.put(
        Family.SNAPSHOTS, Keys.of(namespace.getUid(), snapshot.getName()), snapshot.toByteArray());
  }

  @Override
  public void dropSnapshot(StoredNamespace namespace, Snapshot snapshot) {
    batch.delete(Family.SNAPSHOTS, Keys.of(namespace.getUid(), snapshot.getName()));
    end.put(Pins.unpinned(namespace, snapshot.getRevision()).build());
  }

  @Override
  public List<LogEntry> entriesAfter(StoredNamespace namespace, long position) {
    List<LogEntry> entries = new ArrayList<>();
    for (long next = position + 1; next <= namespace.getPosition(); next++) {
      entries.add(
          batch
              .read(Family.LOG, Keys.of(namespace.getUid(), next), LogEntry.parser())
              .orElseThrow());
    }
    return entries;
  }

  @Override
  public StoredNamespace beginBranch(Namespace settings, long parentUid) {
    return branches.begin(settings, parentUid);
  }

  @Override
  public StoredNamespace fillBranch(StoredNamespace branch, LogEntry.Builder entry) {
    return branches.fill(branch, entry);
  }

  @Override
  public void publishBranch(StoredNamespace branch) {
    branches.publish(branch);
  }

  @Override
  public void abandonBranch(StoredNamespace branch) {
    branches.abandon(branch);
  }

  @Override
  public void merged(StoredNamespace branch, long revision) {
    branches.merged(branch, revision);
  }

  @Override
  public void drop(StoredNamespace namespace) {
    batch.delete(Family.NAMESPACES, Keys.text(namespace.getNamespace().getName()));
    batch.put(Family.DEFAULT, NamespaceDrop.marker(namespace.getUid()), new byte[0]);
    announcements.drop(namespace.getUid());
  }

  @Override
  public StoredNamespace append(StoredNamespace namespace, LogEntry.Builder entry) {
    long revision = namespace.getNamespace().getRevision() + (entry.getDerived() ? 0 : 1);
    StoredNamespace stored = end.add(namespace, entry.setRevision(revision));
    if (!entry.getDerived()) {
      end.putRevision(stored, entry.getForgottenBecause());
    }
    end.put(stored);
    announcements.grow(stored);
    return stored;
  }

  @Override
  public void keepReply(long uid, String rpc, String requestId, StoredReply reply) {
    byte[] key = Keys.inGroup(uid, rpc, Keys.text(requestId));
    batch.put(Family.REPLIES, key, reply.toByteArray());
    batch.put(
        Family.REPLY_TIMES,
        Keys.concat(Keys.number(Timestamps.toMillis(reply.getTime())), key),
        new byte[0]);
  }

  static Refusal noNamespace(String name) {
    return Refusal.of(
            Reason.REASON_NAMESPACE_NOT_FOUND,
            "there is no namespace '" + name + "': create it first")
        .withField("namespace");
  }
}
