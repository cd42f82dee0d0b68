package io.mnestic.orchestrator.learning;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.GetRecordRequest;
import io.mnestic.memory.v1.ListRecordsRequest;
import io.mnestic.memory.v1.ListRecordsResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.Record;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.ActiveReader;
import io.mnestic.orchestrator.v1.ReaderVersion;
import io.mnestic.orchestrator.v1.StoredTraining;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The reader's records in the store: each version one of its own that is never written again, which
 * of them is active, and the newest training. A write names the etag it was read with, so of two at
 * once one wins.
 */
@Singleton
final class ReaderRecords {
  private static final String VERSIONS = "reader-versions";
  private static final String READER = "reader";
  private static final String ACTIVE = "active";
  private static final String TRAINING = "training";

  private final MemoryStoreServiceBlockingStub store;

  ReaderRecords(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  Optional<Kept<ActiveReader>> active(String namespace) {
    return get(namespace, READER, ACTIVE, ActiveReader.parser());
  }

  Kept<ActiveReader> putActive(String namespace, ActiveReader active, String etag) {
    return put(namespace, READER, ACTIVE, active, etag);
  }

  Optional<Kept<StoredTraining>> training(String namespace) {
    return get(namespace, READER, TRAINING, StoredTraining.parser());
  }

  Kept<StoredTraining> putTraining(String namespace, StoredTraining training, String etag) {
    return put(namespace, READER, TRAINING, training, etag);
  }

  Optional<ReaderVersion> version(String namespace, long version) {
    return get(namespace, VERSIONS, id(version), ReaderVersion.parser()).map(Kept::value);
  }

  /** Writes a version; one that is there already stays, whatever the other was. */
  ReaderVersion putVersion(String namespace, ReaderVersion version) {
    try {
      return put(namespace, VERSIONS, id(version.getVersion()), version, "").value();
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH)) {
        return version(namespace, version.getVersion()).orElseThrow();
      }
      throw e;
    }
  }

  /** A page of versions with their weights, and the next page's token. */
  VersionPage versions(String namespace, int pageSize, String pageToken) {
    ListRecordsResponse page =
        store.listRecords(
            ListRecordsRequest.newBuilder()
                .setNamespace(namespace)
                .setCollection(VERSIONS)
                .setPageSize(pageSize)
                .setPageToken(pageToken)
                .build());
    return new VersionPage(
        page.getRecordsList().stream()
            .map(record -> parse(record, ReaderVersion.parser()))
            .toList(),
        page.getNextPageToken());
  }

  List<ReaderVersion> allVersions(String namespace) {
    List<ReaderVersion> all = new ArrayList<>();
    String token = "";
    do {
      VersionPage page = versions(namespace, 0, token);
      all.addAll(page.versions());
      token = page.nextPageToken();
    } while (!token.isEmpty());
    return all;
  }

  private <T extends Message> Optional<Kept<T>> get(
      String namespace, String collection, String id, Parser<T> parser) {
    try {
      Record record =
          store
              .getRecord(
                  GetRecordRequest.newBuilder()
                      .setNamespace(namespace)
                      .setCollection(collection)
                      .setId(id)
                      .build())
              .getRecord();
      return Optional.of(new Kept<>(parse(record, parser), record.getEtag()));
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Without an etag the record must not be there. */
  private <T extends Message> Kept<T> put(
      String namespace, String collection, String id, T value, String etag) {
    Record written =
        store
            .putRecord(
                PutRecordRequest.newBuilder()
                    .setNamespace(namespace)
                    .setRecord(
                        Record.newBuilder()
                            .setCollection(collection)
                            .setId(id)
                            .setData(value.toByteString()))
                    .setIfEtag(etag)
                    .setIfAbsent(etag.isEmpty())
                    .build())
            .getRecord();
    return new Kept<>(value, written.getEtag());
  }

  private static <T> T parse(Record record, Parser<T> parser) {
    try {
      return parser.parseFrom(record.getData());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "record " + record.getCollection() + "/" + record.getId() + " is damaged", e);
    }
  }

  /** Records are listed by id. */
  private static String id(long version) {
    return "%010d".formatted(version);
  }

  /** A record as it was read. */
  record Kept<T>(T value, String etag) {}

  /** A page of versions. */
  record VersionPage(List<ReaderVersion> versions, String nextPageToken) {}
}
