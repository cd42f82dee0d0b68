package io.mnestic.orchestrator.template;

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
import io.mnestic.orchestrator.v1.DeleteTemplateRequest;
import io.mnestic.orchestrator.v1.DeleteTemplateResponse;
import io.mnestic.orchestrator.v1.GetTemplateResponse;
import io.mnestic.orchestrator.v1.ListTemplatesRequest;
import io.mnestic.orchestrator.v1.ListTemplatesResponse;
import io.mnestic.orchestrator.v1.PromptTemplate;
import io.mnestic.orchestrator.v1.TemplateHistory;
import io.mnestic.orchestrator.v1.TemplateVersion;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The template records of the store, all versions of a template in one. */
@Singleton
public final class Templates {
  private static final String COLLECTION = "templates";

  private final MemoryStoreServiceBlockingStub store;

  Templates(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /**
   * A version of a template.
   *
   * @param version 0 for the newest
   * @throws Refusal TEMPLATE_NOT_FOUND
   */
  public PromptTemplate get(String namespace, String name, int version, String nameField) {
    Stored stored = find(namespace, name).orElseThrow(() -> notFound(namespace, name, nameField));
    if (version == 0) {
      return stored.newest();
    }
    return stored.history().getVersionsList().stream()
        .map(TemplateVersion::getTemplate)
        .filter(template -> template.getVersion() == version)
        .findFirst()
        .orElseThrow(() ->
            Refusal.of(
                    Reason.REASON_TEMPLATE_NOT_FOUND,
                    "template '"
                        + name
                        + "' has no version "
                        + Integer.toUnsignedString(version)
                        + " any more or yet: the newest is "
                        + stored.newest().getVersion())
                .withField("version"));
  }

  /** The same as a reply. */
  public GetTemplateResponse get(String namespace, String name, int version) {
    return GetTemplateResponse.newBuilder()
        .setTemplate(get(namespace, name, version, "name"))
        .build();
  }

  /** Lists the newest versions by name. */
  public ListTemplatesResponse list(ListTemplatesRequest request) {
    ListRecordsResponse page =
        store.listRecords(
            ListRecordsRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setCollection(COLLECTION)
                .setPageSize(request.getPageSize())
                .setPageToken(request.getPageToken())
                .build());
    ListTemplatesResponse.Builder reply =
        ListTemplatesResponse.newBuilder().setNextPageToken(page.getNextPageToken());
    page.getRecordsList().forEach(record -> reply.addTemplates(parse(record).newest()));
    return reply.build();
  }

  /**
   * Deletes all versions.
   *
   * @throws Refusal TEMPLATE_NOT_FOUND
   */
  public DeleteTemplateResponse delete(DeleteTemplateRequest request) {
    try {
      return DeleteTemplateResponse.newBuilder()
          .setRevision(
              store
                  .deleteRecord(
                      DeleteRecordRequest.newBuilder()
                          .setNamespace(request.getNamespace())
                          .setCollection(COLLECTION)
                          .setId(request.getName())
                          .build())
                  .getRevision())
          .build();
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
        throw notFound(request.getNamespace(), request.getName(), "name");
      }
      throw e;
    }
  }

  /** All versions of a template. */
  Optional<Stored> find(String namespace, String name) {
    try {
      return Optional.of(
          parse(
              store
                  .getRecord(
                      GetRecordRequest.newBuilder()
                          .setNamespace(namespace)
                          .setCollection(COLLECTION)
                          .setId(name)
                          .build())
                  .getRecord()));
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_RECORD_NOT_FOUND)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Replaces what was found, or writes the first; false if it changed since it was found. */
  boolean replace(String namespace, Optional<Stored> found, TemplateHistory history) {
    PromptTemplate newest = history.getVersionsList().getLast().getTemplate();
    try {
      store.putRecord(
          PutRecordRequest.newBuilder()
              .setNamespace(namespace)
              .setRecord(
                  Record.newBuilder()
                      .setCollection(COLLECTION)
                      .setId(newest.getName())
                      .setData(history.toByteString()))
              .setIfAbsent(found.isEmpty())
              .setIfEtag(found.map(Stored::etag).orElse(""))
              .build());
      return true;
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_ETAG_MISMATCH)) {
        return false;
      }
      throw e;
    }
  }

  private static Refusal notFound(String namespace, String name, String field) {
    return Refusal.of(
            Reason.REASON_TEMPLATE_NOT_FOUND,
            "namespace '" + namespace + "' has no template '" + name + "': put it first")
        .withField(field);
  }

  private static Stored parse(Record record) {
    try {
      return new Stored(TemplateHistory.parseFrom(record.getData()), record.getEtag());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("template record " + record.getId() + " is damaged", e);
    }
  }

  /** What the store has of a template. */
  record Stored(TemplateHistory history, String etag) {
    PromptTemplate newest() {
      return history.getVersionsList().getLast().getTemplate();
    }
  }
}
