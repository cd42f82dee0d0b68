package io.mnestic.orchestrator.document;

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
import io.mnestic.orchestrator.v1.DeleteDocumentRequest;
import io.mnestic.orchestrator.v1.DeleteDocumentResponse;
import io.mnestic.orchestrator.v1.Document;
import io.mnestic.orchestrator.v1.ListDocumentsRequest;
import io.mnestic.orchestrator.v1.ListDocumentsResponse;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.List;

/** The document records of the store, one record of the collection {@code documents} each. */
@Singleton
public final class Documents {
  private static final String COLLECTION = "documents";

  private final MemoryStoreServiceBlockingStub store;
  private final StoredChunks chunks;

  Documents(MemoryStoreServiceBlockingStub store, StoredChunks chunks) {
    this.store = store;
    this.chunks = chunks;
  }

  /** Lists documents by id. */
  public ListDocumentsResponse list(ListDocumentsRequest request) {
    ListRecordsResponse page =
        store.listRecords(
            ListRecordsRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setCollection(COLLECTION)
                .setPageSize(request.getPageSize())
                .setPageToken(request.getPageToken())
                .build());
    ListDocumentsResponse.Builder reply =
        ListDocumentsResponse.newBuilder().setNextPageToken(page.getNextPageToken());
    page.getRecordsList().forEach(record -> reply.addDocuments(parse(record)));
    return reply.build();
  }

  /**
   * Forgets a document; its chunks go first, so that a call which broke off can be repeated.
   *
   * @throws Refusal DOCUMENT_NOT_FOUND
   */
  public DeleteDocumentResponse delete(DeleteDocumentRequest request) {
    String namespace = request.getNamespace();
    String id = request.getDocumentId();
    List<String> there = List.copyOf(chunks.attributes(namespace, id).keySet());
    int forgotten = chunks.remove(namespace, there);
    try {
      return DeleteDocumentResponse.newBuilder()
          .setForgottenChunks(forgotten)
          .setRevision(
              store
                  .deleteRecord(
                      DeleteRecordRequest.newBuilder()
                          .setNamespace(namespace)
                          .setCollection(COLLECTION)
                          .setId(id)
                          .build())
                  .getRevision())
          .build();
    } catch (StatusRuntimeException e) {
      if (!PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
        throw e;
      }
      throw Refusal.of(
              Reason.REASON_DOCUMENT_NOT_FOUND,
              "namespace '" + namespace + "' has no document '" + id + "'")
          .withField("document_id");
    }
  }

  /** The etag of a document's record; empty if there is none. */
  String etag(String namespace, String id) {
    try {
      return store
          .getRecord(
              GetRecordRequest.newBuilder()
                  .setNamespace(namespace)
                  .setCollection(COLLECTION)
                  .setId(id)
                  .build())
          .getRecord()
          .getEtag();
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
        return "";
      }
      throw e;
    }
  }

  /**
   * Writes a document's record if it is still as it was.
   *
   * @param etag that it had; empty if there was none
   * @return the namespace's revision with it
   * @throws Refusal ETAG_MISMATCH
   */
  long put(String namespace, Document document, String etag) {
    try {
      return store
          .putRecord(
              PutRecordRequest.newBuilder()
                  .setNamespace(namespace)
                  .setRecord(
                      Record.newBuilder()
                          .setCollection(COLLECTION)
                          .setId(document.getId())
                          .setData(document.toByteString()))
                  .setIfAbsent(etag.isEmpty())
                  .setIfEtag(etag)
                  .build())
          .getRecord()
          .getRevision();
    } catch (StatusRuntimeException e) {
      if (!PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH)) {
        throw e;
      }
      throw Refusal.of(
              Reason.REASON_ETAG_MISMATCH,
              "another call for document '"
                  + document.getId()
                  + "' was faster: repeat this one if it is to stand")
          .withField("document_id");
    }
  }

  private static Document parse(Record record) {
    try {
      return Document.parseFrom(record.getData());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("document record " + record.getId() + " is damaged", e);
    }
  }
}
