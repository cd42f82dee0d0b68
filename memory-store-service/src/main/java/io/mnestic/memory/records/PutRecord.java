package io.mnestic.memory.records;

import com.google.protobuf.Timestamp;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.idempotency.Once;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.PutRecordResponse;
import io.mnestic.memory.v1.Record;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Writes records. */
@Singleton
public final class PutRecord {
  private final MemoryLog log;

  PutRecord(MemoryLog log) {
    this.log = log;
  }

  /**
   * Writes a record if its condition holds.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, ETAG_MISMATCH, REQUEST_ID_REUSED
   */
  public PutRecordResponse put(PutRecordRequest request) {
    if (request.getIfAbsent() && !request.getIfEtag().isEmpty()) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "if_etag and if_absent contradict each other: set one of them")
          .withField("if_absent");
    }
    Once once = Once.of("PutRecord", request.getRequestId(), request);
    return log.commit(
        request.getSerializedSize(),
        draft -> {
          StoredNamespace namespace = draft.namespace(request.getNamespace());
          return once.answer(
                  draft,
                  namespace,
                  PutRecordResponse.parser(),
                  () -> put(draft, namespace, request))
              .reply();
        });
  }

  private static PutRecordResponse put(
      Draft draft, StoredNamespace namespace, PutRecordRequest request) {
    Record asked = request.getRecord();
    Optional<Record> stored =
        draft.record(namespace.getUid(), asked.getCollection(), asked.getId());
    Etag.check(stored, request.getIfEtag());
    if (request.getIfAbsent() && stored.isPresent()) {
      throw Refusal.of(
              Reason.REASON_ETAG_MISMATCH, "there is such a record already: read it, then decide")
          .withField("if_absent");
    }
    Timestamp now = draft.commitTime(namespace);
    long revision = namespace.getNamespace().getRevision() + 1;
    Record written =
        asked.toBuilder()
            .setEtag(Etag.of(namespace.getUid(), revision))
            .setRevision(revision)
            .setCreateTime(stored.map(Record::getCreateTime).orElse(now))
            .setUpdateTime(now)
            .build();
    draft.append(namespace, LogEntry.newBuilder().setCommitTime(now).addRecords(written));
    return PutRecordResponse.newBuilder().setRecord(written.toBuilder().clearData()).build();
  }
}
