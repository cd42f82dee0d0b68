package io.mnestic.memory.records;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Record;
import io.mnestic.wire.Refusal;
import java.util.Optional;

/**
 * What tells a record's versions apart: the namespace's number, which is never used again, and the
 * revision that wrote it. Revisions alone start again when a namespace is created again.
 */
final class Etag {
  private Etag() {}

  static String of(long uid, long revision) {
    return uid + "-" + revision;
  }

  /**
   * Checks the condition of a change.
   *
   * @param expected the etag that the stored record must have; empty: no condition
   * @throws Refusal ETAG_MISMATCH
   */
  static void check(Optional<Record> stored, String expected) {
    if (!expected.isEmpty() && !stored.map(Record::getEtag).equals(Optional.of(expected))) {
      throw Refusal.of(
              Reason.REASON_ETAG_MISMATCH,
              "the record changed since it was read: read it again, then repeat with its etag")
          .withField("if_etag");
    }
  }
}
