package io.mnestic.orchestrator.digest;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.DeleteRecordRequest;
import io.mnestic.memory.v1.GetRecordRequest;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.Record;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.SessionDigest;
import io.mnestic.orchestrator.v1.ThemeState;
import jakarta.inject.Singleton;

/** What consolidation keeps between its steps, as records of the store. */
@Singleton
public final class Digests {
  private static final String DIGESTS = "digests";
  private static final String THEMES = "themes";
  private static final String OPEN = "open";

  private final MemoryStoreServiceBlockingStub store;

  Digests(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /** What is known of a session; empty if nothing is. */
  public SessionDigest digest(String namespace, String session) {
    try {
      return SessionDigest.parseFrom(data(namespace, DIGESTS, session));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("digest " + session + " is damaged", e);
    }
  }

  /** Keeps what is known of a session. */
  public void put(String namespace, String session, SessionDigest digest) {
    put(namespace, DIGESTS, session, digest.toByteString());
  }

  /** Drops what is known of a session that is deleted. */
  public void delete(String namespace, String session) {
    try {
      store.deleteRecord(
          DeleteRecordRequest.newBuilder()
              .setNamespace(namespace)
              .setCollection(DIGESTS)
              .setId(session)
              .build());
    } catch (StatusRuntimeException e) {
      if (!PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
        throw e;
      }
    }
  }

  /** The themes of a namespace in the making. */
  public ThemeState themes(String namespace) {
    try {
      return ThemeState.parseFrom(data(namespace, THEMES, OPEN));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the themes of " + namespace + " are damaged", e);
    }
  }

  /** Keeps them. */
  public void put(String namespace, ThemeState themes) {
    put(namespace, THEMES, OPEN, themes.toByteString());
  }

  private ByteString data(String namespace, String collection, String id) {
    try {
      return store
          .getRecord(
              GetRecordRequest.newBuilder()
                  .setNamespace(namespace)
                  .setCollection(collection)
                  .setId(id)
                  .build())
          .getRecord()
          .getData();
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
        return ByteString.EMPTY;
      }
      throw e;
    }
  }

  private void put(String namespace, String collection, String id, ByteString data) {
    store.putRecord(
        PutRecordRequest.newBuilder()
            .setNamespace(namespace)
            .setRecord(Record.newBuilder().setCollection(collection).setId(id).setData(data))
            .build());
  }
}
