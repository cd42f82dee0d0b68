package io.mnestic.orchestrator.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import io.mnestic.orchestrator.v1.ListSessionsRequest;
import io.mnestic.orchestrator.v1.ListSessionsResponse;
import io.mnestic.orchestrator.v1.Session;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** The session records of the store, one record of the collection {@code sessions} each. */
@Singleton
public final class Sessions {
  private static final String COLLECTION = "sessions";
  private static final int MOST = 100_000;
  private static final Duration REMEMBERED = Duration.ofSeconds(30);

  private final MemoryStoreServiceBlockingStub store;

  /** Those that were there a moment ago, so that an append costs no extra round trip. */
  private final Cache<Key, Session> known =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

  Sessions(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /**
   * Makes sure that a session is there, by what was known of it up to {@link #REMEMBERED} ago.
   *
   * @throws Refusal SESSION_NOT_FOUND
   */
  public Session require(String namespace, String id) {
    Session session = known.getIfPresent(new Key(namespace, id));
    return session == null ? get(namespace, id) : session;
  }

  /**
   * Reads a session.
   *
   * @throws Refusal SESSION_NOT_FOUND
   */
  public Session get(String namespace, String id) {
    Session session = parse(record(namespace, id));
    known.put(new Key(namespace, id), session);
    return session;
  }

  /**
   * Changes a session.
   *
   * @throws Refusal SESSION_NOT_FOUND
   * @throws StatusRuntimeException ETAG_MISMATCH if it changes meanwhile
   */
  Session update(String namespace, String id, UnaryOperator<Session> change) {
    Record record = record(namespace, id);
    Session changed = change.apply(parse(record));
    store.putRecord(
        PutRecordRequest.newBuilder()
            .setNamespace(namespace)
            .setRecord(
                Record.newBuilder()
                    .setCollection(COLLECTION)
                    .setId(id)
                    .setData(changed.toByteString()))
            .setIfEtag(record.getEtag())
            .build());
    known.put(new Key(namespace, id), changed);
    return changed;
  }

  private Record record(String namespace, String id) {
    try {
      return store
          .getRecord(
              GetRecordRequest.newBuilder()
                  .setNamespace(namespace)
                  .setCollection(COLLECTION)
                  .setId(id)
                  .build())
          .getRecord();
    } catch (StatusRuntimeException e) {
      throw notFoundOr(e, namespace, id);
    }
  }

  /** Lists sessions by id. */
  public ListSessionsResponse list(ListSessionsRequest request) {
    ListRecordsResponse page =
        store.listRecords(
            ListRecordsRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setCollection(COLLECTION)
                .setPageSize(request.getPageSize())
                .setPageToken(request.getPageToken())
                .build());
    ListSessionsResponse.Builder reply =
        ListSessionsResponse.newBuilder().setNextPageToken(page.getNextPageToken());
    page.getRecordsList().forEach(record -> reply.addSessions(parse(record)));
    return reply.build();
  }

  /** Writes a session if there is none of its id; false if there is one. */
  boolean putIfAbsent(Session session) {
    try {
      store.putRecord(
          PutRecordRequest.newBuilder()
              .setNamespace(session.getNamespace())
              .setRecord(
                  Record.newBuilder()
                      .setCollection(COLLECTION)
                      .setId(session.getId())
                      .setData(session.toByteString()))
              .setIfAbsent(true)
              .build());
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH)) {
        return false;
      }
      throw e;
    }
    known.put(new Key(session.getNamespace(), session.getId()), session);
    return true;
  }

  void delete(String namespace, String id) {
    known.invalidate(new Key(namespace, id));
    try {
      store.deleteRecord(
          DeleteRecordRequest.newBuilder()
              .setNamespace(namespace)
              .setCollection(COLLECTION)
              .setId(id)
              .build());
    } catch (StatusRuntimeException e) {
      throw notFoundOr(e, namespace, id);
    } finally {
      // Again, for a read that went on meanwhile may have put it back.
      known.invalidate(new Key(namespace, id));
    }
  }

  private static RuntimeException notFoundOr(
      StatusRuntimeException failure, String namespace, String id) {
    if (!PeerFailure.is(failure, Reason.REASON_RECORD_NOT_FOUND)) {
      return failure;
    }
    return Refusal.of(
            Reason.REASON_SESSION_NOT_FOUND,
            "namespace '" + namespace + "' has no session '" + id + "': create it first")
        .withField("session_id");
  }

  private static Session parse(Record record) {
    try {
      return Session.parseFrom(record.getData());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("session record " + record.getId() + " is damaged", e);
    }
  }

  private record Key(String namespace, String id) {}
}
