package io.mnestic.orchestrator.facts;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.GetRecordRequest;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.Record;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.FactSlot;
import jakarta.inject.Singleton;

/** The slots of a namespace, as records of the store. */
@Singleton
final class FactSlots {
  private static final String COLLECTION = "facts";

  private final MemoryStoreServiceBlockingStub store;

  FactSlots(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  FactSlot get(String namespace, String subject, String slot) {
    try {
      return FactSlot.parseFrom(
          store
              .getRecord(
                  GetRecordRequest.newBuilder()
                      .setNamespace(namespace)
                      .setCollection(COLLECTION)
                      .setId(FactMemory.digest(subject, slot))
                      .build())
              .getRecord()
              .getData());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the facts of " + subject + " are damaged", e);
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
        return FactSlot.getDefaultInstance();
      }
      throw e;
    }
  }

  void put(String namespace, String subject, String slot, FactSlot facts) {
    store.putRecord(
        PutRecordRequest.newBuilder()
            .setNamespace(namespace)
            .setRecord(
                Record.newBuilder()
                    .setCollection(COLLECTION)
                    .setId(FactMemory.digest(subject, slot))
                    .setData(facts.toByteString()))
            .build());
  }
}
