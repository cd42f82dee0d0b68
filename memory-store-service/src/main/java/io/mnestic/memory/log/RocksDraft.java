package io.mnestic.memory.log;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredReply;
import io.mnestic.store.v1.StoredRevision;
import io.mnestic.store.v1.StoredVectors;
import io.mnestic.wire.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatchWithIndex;

/** A {@link Draft} over the database and the batch of the group under way. */
final class RocksDraft implements Draft, AutoCloseable {
  private static final byte[] LAST_UID = Keys.text("last-namespace");

  private final Database database;
  private final WriteBatchWithIndex batch;
  private final java.time.Duration replyRetention;
  private final Clock clock;
  private final ReadOptions options = new ReadOptions();

  private final Map<Long, StoredNamespace> grown = new LinkedHashMap<>();
  private final List<Long> dropped = new ArrayList<>();
  private final List<StoredNamespace> grownHere = new ArrayList<>();
  private final List<Long> droppedHere = new ArrayList<>();

  RocksDraft(
      Database database,
      WriteBatchWithIndex batch,
      java.time.Duration replyRetention,
      Clock clock) {
    this.database = database;
    this.batch = batch;
    this.replyRetention = replyRetention;
    this.clock = clock;
  }

  @Override
  public StoredNamespace namespace(String name) {
    return findNamespace(name).orElseThrow(() -> noNamespace(name));
  }

  @Override
  public Optional<StoredNamespace> findNamespace(String name) {
    return read(Family.NAMESPACES, Keys.text(name), StoredNamespace.parser());
  }

  @Override
  public Optional<Memory> memory(long uid, String id) {
    byte[] key = Keys.of(uid, id);
    return read(Family.MEMORIES, key, Memory.parser()).map(memory -> withVectors(memory, key));
  }

  @Override
  public Optional<Record> record(long uid, String collection, String id) {
    return read(Family.RECORDS, Keys.inGroup(uid, collection, Keys.text(id)), Record.parser());
  }

  @Override
  public Optional<String> turnAt(long uid, String session, long sequence) {
    byte[] id = get(Family.TURNS, Keys.inGroup(uid, session, Keys.number(sequence)));
    return Optional.ofNullable(id).map(text -> new String(text, StandardCharsets.UTF_8));
  }

  @Override
  public long lastSequence(long uid, String session) {
    byte[] last = get(Family.SESSIONS, Keys.of(uid, session));
    return last == null ? 0 : ByteBuffer.wrap(last).getLong();
  }

  @Override
  public Optional<StoredReply> reply(long uid, String rpc, String requestId) {
    Instant oldest = clock.instant().minus(replyRetention);
    return read(Family.REPLIES, Keys.inGroup(uid, rpc, Keys.text(requestId)), StoredReply.parser())
        .filter(reply -> reply.getTime().getSeconds() >= oldest.getEpochSecond());
  }

  @Override
  public Timestamp commitTime(StoredNamespace namespace) {
    Instant now = clock.instant();
    Timestamp time =
        Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
    return Timestamps.compare(time, namespace.getCommitTime()) < 0
        ? namespace.getCommitTime()
        : time;
  }

  @Override
  public StoredNamespace create(Namespace settings) {
    StoredNamespace namespace =
        StoredNamespace.newBuilder()
            .setNamespace(settings)
            .setUid(nextUid())
            .setCommitTime(settings.getCreateTime())
            .build();
    put(namespace);
    return namespace;
  }

  @Override
  public StoredNamespace retain(StoredNamespace namespace, Duration history) {
    StoredNamespace.Builder changed = namespace.toBuilder();
    changed.getNamespaceBuilder().setHistoryRetention(history);
    StoredNamespace stored = changed.build();
    put(stored);
    return stored;
  }

  @Override
  public Optional<Snapshot> snapshot(long uid, String name) {
    return read(Family.SNAPSHOTS, Keys.of(uid, name), Snapshot.parser());
  }

  @Override
  public void keepSnapshot(StoredNamespace namespace, Snapshot snapshot) {
    put(Family.SNAPSHOTS, Keys.of(namespace.getUid(), snapshot.getName()), snapshot.toByteArray());
  }

  @Override
  public void dropSnapshot(StoredNamespace namespace, Snapshot snapshot) {
    delete(Family.SNAPSHOTS, Keys.of(namespace.getUid(), snapshot.getName()));
    put(unpinned(namespace, snapshot.getRevision()).build());
  }

  @Override
  public List<LogEntry> entriesAfter(StoredNamespace namespace, long position) {
    List<LogEntry> entries = new ArrayList<>();
    for (long next = position + 1; next <= namespace.getPosition(); next++) {
      entries.add(
          read(Family.LOG, Keys.of(namespace.getUid(), next), LogEntry.parser()).orElseThrow());
    }
    return entries;
  }

  @Override
  public StoredNamespace beginBranch(Namespace settings, long parentUid) {
    long uid = nextUid();
    long revision = settings.getRevision();
    put(Family.DEFAULT, NamespaceDrop.marker(uid), new byte[0]);
    return StoredNamespace.newBuilder()
        .setNamespace(settings)
        .setUid(uid)
        .setCommitTime(settings.getCreateTime())
        .setOldestRevision(revision)
        .setTrimmedRevision(revision)
        .setParentUid(parentUid)
        .setMergedRevision(revision)
        .build();
  }

  @Override
  public StoredNamespace fillBranch(StoredNamespace branch, LogEntry.Builder entry) {
    entry.setRevision(branch.getNamespace().getRevision());
    return add(branch, entry);
  }

  @Override
  public void publishBranch(StoredNamespace branch) {
    putRevision(branch);
    delete(Family.DEFAULT, NamespaceDrop.marker(branch.getUid()));
    put(branch);
    grownHere.add(branch);
  }

  @Override
  public void abandonBranch(StoredNamespace branch) {
    droppedHere.add(branch.getUid());
  }

  @Override
  public void merged(StoredNamespace branch, long revision) {
    put(unpinned(branch, branch.getMergedRevision()).setMergedRevision(revision).build());
  }

  @Override
  public void drop(StoredNamespace namespace) {
    delete(Family.NAMESPACES, Keys.text(namespace.getNamespace().getName()));
    put(Family.DEFAULT, NamespaceDrop.marker(namespace.getUid()), new byte[0]);
    droppedHere.add(namespace.getUid());
  }

  @Override
  public StoredNamespace append(StoredNamespace namespace, LogEntry.Builder entry) {
    long revision = namespace.getNamespace().getRevision() + (entry.getDerived() ? 0 : 1);
    StoredNamespace stored = add(namespace, entry.setRevision(revision));
    if (!entry.getDerived()) {
      putRevision(stored);
    }
    put(stored);
    grownHere.add(stored);
    return stored;
  }

  /** Adds an entry and what follows from it, but for the namespace itself. */
  private StoredNamespace add(StoredNamespace namespace, LogEntry.Builder entry) {
    entry.setPosition(namespace.getPosition() + 1);
    if (!entry.hasCommitTime()) {
      entry.setCommitTime(commitTime(namespace));
    }
    LogEntry complete = entry.build();
    Derivation derivation = new Derivation(this, namespace.getUid(), complete);
    derivation.apply(complete);
    StoredNamespace.Builder next =
        namespace.toBuilder()
            .setPosition(complete.getPosition())
            .setCommitTime(complete.getCommitTime());
    next.getNamespaceBuilder()
        .setRevision(complete.getRevision())
        .setMemoryCount(namespace.getNamespace().getMemoryCount() + derivation.memories())
        .setUnencodedCount(namespace.getNamespace().getUnencodedCount() + derivation.unencoded());
    put(Family.LOG, Keys.of(namespace.getUid(), complete.getPosition()), complete.toByteArray());
    return next.build();
  }

  /** What a pin of a revision kept is looked at again by the trim. */
  private static StoredNamespace.Builder unpinned(StoredNamespace namespace, long revision) {
    return namespace.toBuilder()
        .setTrimmedRevision(Math.min(namespace.getTrimmedRevision(), revision));
  }

  private long nextUid() {
    byte[] last = get(Family.DEFAULT, LAST_UID);
    long uid = (last == null ? 0 : ByteBuffer.wrap(last).getLong()) + 1;
    put(Family.DEFAULT, LAST_UID, Keys.number(uid));
    return uid;
  }

  /** The newest revision's entry and time. */
  private void putRevision(StoredNamespace namespace) {
    put(
        Family.REVISIONS,
        Keys.of(namespace.getUid(), namespace.getNamespace().getRevision()),
        StoredRevision.newBuilder()
            .setPosition(namespace.getPosition())
            .setCommitTime(namespace.getCommitTime())
            .build()
            .toByteArray());
  }

  private void put(StoredNamespace namespace) {
    put(Family.NAMESPACES, Keys.text(namespace.getNamespace().getName()), namespace.toByteArray());
  }

  @Override
  public void keepReply(long uid, String rpc, String requestId, StoredReply reply) {
    byte[] key = Keys.inGroup(uid, rpc, Keys.text(requestId));
    put(Family.REPLIES, key, reply.toByteArray());
    put(
        Family.REPLY_TIMES,
        Keys.concat(Keys.number(Timestamps.toMillis(reply.getTime())), key),
        new byte[0]);
  }

  /** Keeps what the change just applied did. */
  void keep() {
    grownHere.forEach(namespace -> grown.put(namespace.getUid(), namespace));
    dropped.addAll(droppedHere);
    undo();
  }

  /** Forgets what the change just refused did; its part of the batch is rolled back apart. */
  void undo() {
    grownHere.clear();
    droppedHere.clear();
  }

  /** Namespaces with new entries, in their last state. */
  Collection<StoredNamespace> grown() {
    return grown.values();
  }

  List<Long> dropped() {
    return dropped;
  }

  <M extends MessageLite> Optional<M> read(Family family, byte[] key, Parser<M> parser) {
    byte[] value = get(family, key);
    try {
      return value == null ? Optional.empty() : Optional.of(parser.parseFrom(value));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged value in " + family, e);
    }
  }

  byte @Nullable [] get(Family family, byte[] key) {
    try {
      return batch.getFromBatchAndDB(database.rocks(), database.handle(family), options, key);
    } catch (RocksDBException e) {
      throw new IllegalStateException("read from the log failed", e);
    }
  }

  void put(Family family, byte[] key, byte[] value) {
    try {
      batch.put(database.handle(family), key, value);
    } catch (RocksDBException e) {
      throw Database.writeFailure(e);
    }
  }

  void delete(Family family, byte[] key) {
    try {
      batch.delete(database.handle(family), key);
    } catch (RocksDBException e) {
      throw Database.writeFailure(e);
    }
  }

  @Override
  public void close() {
    options.close();
  }

  static Refusal noNamespace(String name) {
    return Refusal.of(
            Reason.REASON_NAMESPACE_NOT_FOUND,
            "there is no namespace '" + name + "': create it first")
        .withField("namespace");
  }

  Memory withVectors(Memory memory, byte[] key) {
    return read(Family.VECTORS, key, StoredVectors.parser())
        .map(stored -> memory.toBuilder().addAllVectors(stored.getVectorsList()).build())
        .orElse(memory);
  }
}
