package io.mnestic.memory.log;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The column families. Those after REPLY_TIMES hold keys that begin with a namespace's number. */
enum Family {
  /** Format version, last namespace number, namespaces being deleted. RocksDB's own default. */
  DEFAULT,
  /** Name to StoredNamespace. */
  NAMESPACES,
  /** Time and key of a reply, so that old ones are found. */
  REPLY_TIMES,
  /** Position to LogEntry. */
  LOG,
  /** Id to Memory without vectors: current versions. */
  MEMORIES,
  /** Id to StoredVectors. */
  VECTORS,
  /** Id to StoredTokens. */
  TOKENS,
  /** Session and sequence to id. */
  TURNS,
  /** Session to last sequence. */
  SESSIONS,
  /** Id of each pinned memory. */
  PINNED,
  /** Id of each memory without a key vector. */
  UNENCODED,
  /** Id of each memory without token vectors. */
  TOKENLESS,
  /** Collection and id to Record. */
  RECORDS,
  /** RPC and request_id to StoredReply. */
  REPLIES,
  /** Id and the revision that superseded it to Memory with all vectors: versions of the past. */
  PAST_MEMORIES,
  /** Session, sequence and the revision that ended it to id: turns' places in the past. */
  PAST_TURNS,
  /** Collection, id and the revision that superseded it to Record. */
  PAST_RECORDS,
  /** Revision to StoredRevision. */
  REVISIONS,
  /** Name to Snapshot. */
  SNAPSHOTS,
  /** Id to MemoryUsage. Follows from no entry of the log. */
  USES;

  byte[] familyName() {
    return name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
  }

  boolean ofNamespace() {
    return compareTo(REPLY_TIMES) > 0;
  }
}
