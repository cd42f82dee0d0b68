package io.mnestic.orchestrator.backfill;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.DeleteRecordRequest;
import io.mnestic.memory.v1.GetRecordRequest;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.Record;
import io.mnestic.orchestrator.peers.PeerFailure;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Sees to it that one instance at a time fills a namespace. A lease is a record with its expiry in
 * milliseconds since 1970; whoever writes it by its etag has it. Losing one costs work done twice,
 * never a wrong result.
 */
@Singleton
final class Leases {
  private static final String COLLECTION = "leases";
  private static final String ID = "backfill";
  private static final Duration LENGTH = Duration.ofMinutes(1);

  private final MemoryStoreServiceBlockingStub store;
  private final InstantSource clock = InstantSource.system();

  Leases(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /** A lease of a namespace that is not held yet. */
  Lease of(String namespace) {
    return new Lease(namespace);
  }

  /** Held from {@link #hold} until closed or expired. */
  final class Lease implements AutoCloseable {
    private final String namespace;
    private String etag = "";
    private Instant renewal = Instant.MIN;

    private Lease(String namespace) {
      this.namespace = namespace;
    }

    /** Takes the lease, or renews it when half of it is over; false if another has it. */
    boolean hold() {
      Instant now = clock.instant();
      if (!etag.isEmpty() && now.isBefore(renewal)) {
        return true;
      }
      try {
        return etag.isEmpty() ? take(now) : put(now, false);
      } catch (StatusRuntimeException e) {
        if (PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH)) {
          etag = "";
          return false;
        }
        throw e;
      }
    }

    @Override
    public void close() {
      if (etag.isEmpty()) {
        return;
      }
      try {
        store.deleteRecord(
            DeleteRecordRequest.newBuilder()
                .setNamespace(namespace)
                .setCollection(COLLECTION)
                .setId(ID)
                .setIfEtag(etag)
                .build());
      } catch (StatusRuntimeException e) {
        // It runs out by itself.
        etag = "";
      }
    }

    private boolean take(Instant now) {
      Record there;
      try {
        there =
            store
                .getRecord(
                    GetRecordRequest.newBuilder()
                        .setNamespace(namespace)
                        .setCollection(COLLECTION)
                        .setId(ID)
                        .build())
                .getRecord();
      } catch (StatusRuntimeException e) {
        if (PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
          return put(now, true);
        }
        throw e;
      }
      if (there.getData().size() == Long.BYTES
          && there.getData().asReadOnlyByteBuffer().getLong() > now.toEpochMilli()) {
        return false;
      }
      etag = there.getEtag();
      return put(now, false);
    }

    private boolean put(Instant now, boolean absent) {
      Instant until = now.plus(LENGTH);
      ByteBuffer data = ByteBuffer.allocate(Long.BYTES).putLong(until.toEpochMilli()).flip();
      etag =
          store
              .putRecord(
                  PutRecordRequest.newBuilder()
                      .setNamespace(namespace)
                      .setRecord(
                          Record.newBuilder()
                              .setCollection(COLLECTION)
                              .setId(ID)
                              .setData(ByteString.copyFrom(data)))
                      .setIfAbsent(absent)
                      .setIfEtag(absent ? "" : etag)
                      .build())
              .getRecord()
              .getEtag();
      renewal = now.plus(LENGTH.dividedBy(2));
      return true;
    }
  }
}
