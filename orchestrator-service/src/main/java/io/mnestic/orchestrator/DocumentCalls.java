package io.mnestic.orchestrator;

import io.mnestic.orchestrator.document.Documents;
import io.mnestic.orchestrator.document.IngestDocument;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls on documents. */
@Singleton
final class DocumentCalls {
  private final IngestDocument ingestDocument;
  private final Documents documents;

  DocumentCalls(IngestDocument ingestDocument, Documents documents) {
    this.ingestDocument = ingestDocument;
    this.documents = documents;
  }

  void addTo(CallTable table) {
    table
        .unary(OrchestratorServiceGrpc.getIngestDocumentMethod(), ingestDocument::ingest)
        .unary(OrchestratorServiceGrpc.getListDocumentsMethod(), documents::list)
        .unary(OrchestratorServiceGrpc.getDeleteDocumentMethod(), documents::delete);
  }
}
