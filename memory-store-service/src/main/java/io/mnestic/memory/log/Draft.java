package io.mnestic.memory.log;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryUsage;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredReply;
import java.util.List;
import java.util.Optional;

/** The state that a {@link Change} sees, with all earlier changes in it, and how it changes it. */
public interface Draft {
  /**
   * The namespace of this name.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND
   */
  StoredNamespace namespace(String name);

  /** The namespace of this name, if there is one. */
  Optional<StoredNamespace> findNamespace(String name);

  /** A memory's current version, with its vectors and token vectors. */
  Optional<Memory> memory(long uid, String id);

  /** A record's current version. */
  Optional<Record> record(long uid, String collection, String id);

  /** The id of the turn at a place of a session, if there is one. */
  Optional<String> turnAt(long uid, String session, long sequence);

  /** The last sequence number given out in a session; 0 before the first. */
  long lastSequence(long uid, String session);

  /** The stored answer of an earlier write, while it is kept. */
  Optional<StoredReply> reply(long uid, String rpc, String requestId);

  /** When this change commits in the namespace: the clock, but never before the entry before. */
  Timestamp commitTime(StoredNamespace namespace);

  /** Creates a namespace with these settings and an empty log. */
  StoredNamespace create(Namespace settings);

  /** Sets how long a namespace's past is kept. */
  StoredNamespace retain(StoredNamespace namespace, Duration history);

  /** Sets what clients see of a namespace, without a revision. */
  StoredNamespace change(StoredNamespace namespace, Namespace settings);

  /** How often a memory was used. */
  MemoryUsage usage(long uid, String id);

  /** Adds uses to a memory's; to none if it is not there. */
  void addUses(long uid, String id, MemoryUsage more);

  /** A namespace's snapshot. */
  Optional<Snapshot> snapshot(long uid, String name);

  /** Keeps a snapshot. */
  void keepSnapshot(StoredNamespace namespace, Snapshot snapshot);

  /** Forgets a snapshot; what only it kept is trimmed later. */
  void dropSnapshot(StoredNamespace namespace, Snapshot snapshot);

  /** The entries of a namespace's log after a position. */
  List<LogEntry> entriesAfter(StoredNamespace namespace, long position);

  /**
   * Begins a branch that nobody sees until it is published, and that a restart before that removes.
   *
   * @param settings of the branch; its revision is that of its parent which it starts from
   */
  StoredNamespace beginBranch(Namespace settings, long parentUid);

  /**
   * Adds memories and records, as they are in the parent, to a branch that was begun.
   *
   * @return the branch with them, for the next call
   */
  StoredNamespace fillBranch(StoredNamespace branch, LogEntry.Builder entry);

  /** Lets all see a branch that was filled; no namespace has its name. */
  void publishBranch(StoredNamespace branch);

  /** Removes a branch that was begun and will not be published. */
  void abandonBranch(StoredNamespace branch);

  /** Remembers up to which of its revisions a branch is in its parent. */
  void merged(StoredNamespace branch, long revision);

  /** Deletes a namespace and everything in it. */
  void drop(StoredNamespace namespace);

  /**
   * Appends an entry to the namespace's log and updates all that follows from it: current versions,
   * vectors, token vectors, turns, counts.
   *
   * @param entry what changes; position, revision and commit time are filled in
   * @return the namespace with the entry in it
   */
  StoredNamespace append(StoredNamespace namespace, LogEntry.Builder entry);

  /** Keeps the answer of a write for {@link LogSettings#replyRetention()}. */
  void keepReply(long uid, String rpc, String requestId, StoredReply reply);
}
