package io.mnestic.orchestrator.consolidation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.DeleteRecordRequest;
import io.mnestic.memory.v1.GetRecordRequest;
import io.mnestic.memory.v1.ListRecordsRequest;
import io.mnestic.memory.v1.ListRecordsResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.Record;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.Consolidation;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * The consolidations of the store: one record for the one that is under way, which two can not
 * create, and one for each that has ended.
 */
@Singleton
final class ConsolidationRecords {
  /** Id of the last that the service began by itself. */
  static final String BACKGROUND = "background";

  private static final String OPEN = "consolidation";
  private static final String ENDED = "consolidations";
  private static final String ID = "open";

  private final MemoryStoreServiceBlockingStub store;

  ConsolidationRecords(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /** The one that is under way, and the etag of its record. */
  Optional<Held> open(String namespace) {
    return read(namespace, OPEN, ID).map(record -> new Held(parse(record), record.getEtag()));
  }

  /** The one of this id, under way or ended. */
  Optional<Consolidation> find(String namespace, String id) {
    Optional<Consolidation> open =
        open(namespace).map(Held::consolidation).filter(it -> it.getId().equals(id));
    return open.isPresent() ? open : read(namespace, ENDED, id).map(ConsolidationRecords::parse);
  }

  /** A page of those that have ended, by id. */
  Page list(String namespace, int pageSize, String pageToken) {
    ListRecordsResponse page =
        store.listRecords(
            ListRecordsRequest.newBuilder()
                .setNamespace(namespace)
                .setCollection(ENDED)
                .setPageSize(pageSize)
                .setPageToken(pageToken)
                .build());
    return new Page(
        page.getRecordsList().stream().map(ConsolidationRecords::parse).toList(),
        page.getNextPageToken());
  }

  /** Writes one that is to begin; false if another is under way. */
  boolean begin(String namespace, Consolidation consolidation) {
    try {
      store.putRecord(put(namespace, OPEN, ID, consolidation).setIfAbsent(true).build());
      return true;
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH)) {
        return false;
      }
      throw e;
    }
  }

  /** Writes the one under way anew; empty if somebody else did meanwhile, or it has ended. */
  Optional<Held> update(String namespace, Consolidation consolidation, String etag) {
    try {
      String next =
          store
              .putRecord(put(namespace, OPEN, ID, consolidation).setIfEtag(etag).build())
              .getRecord()
              .getEtag();
      return Optional.of(new Held(consolidation, next));
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Moves the one under way to those that have ended. Repeated after a crash, it does no harm. */
  void end(String namespace, Consolidation ended, String etag) {
    String id = ended.getBackground() ? BACKGROUND : ended.getId();
    store.putRecord(put(namespace, ENDED, id, ended).build());
    try {
      store.deleteRecord(
          DeleteRecordRequest.newBuilder()
              .setNamespace(namespace)
              .setCollection(OPEN)
              .setId(ID)
              .setIfEtag(etag)
              .build());
    } catch (StatusRuntimeException e) {
      if (!PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)
          && !PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH)) {
        throw e;
      }
    }
  }

  static Refusal notFound(String namespace, String id) {
    return Refusal.of(
            Reason.REASON_CONSOLIDATION_NOT_FOUND,
            "namespace '"
                + namespace
                + "' has no consolidation '"
                + id
                + "': ListConsolidations names those there are")
        .withField("id");
  }

  private Optional<Record> read(String namespace, String collection, String id) {
    try {
      return Optional.of(
          store
              .getRecord(
                  GetRecordRequest.newBuilder()
                      .setNamespace(namespace)
                      .setCollection(collection)
                      .setId(id)
                      .build())
              .getRecord());
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static PutRecordRequest.Builder put(
      String namespace, String collection, String id, Consolidation consolidation) {
    return PutRecordRequest.newBuilder()
        .setNamespace(namespace)
        .setRecord(
            Record.newBuilder()
                .setCollection(collection)
                .setId(id)
                .setData(consolidation.toByteString()));
  }

  private static Consolidation parse(Record record) {
    try {
      return Consolidation.parseFrom(record.getData());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("consolidation record " + record.getId() + " is damaged", e);
    }
  }

  /** One that is under way, as read. */
  record Held(Consolidation consolidation, String etag) {}

  /** Some that have ended. */
  record Page(List<Consolidation> consolidations, String next) {}
}
