package io.mnestic.encoder.encode;

import io.mnestic.encoder.batching.BatchingSettings;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import io.mnestic.encoder.v1.RerankedDocument;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Orders documents by how well they answer a query. */
@Singleton
public final class RerankTexts {
  /** Documents whose token vectors are in memory at once: 64 of 512 tokens take 50 MB. */
  private static final int MOST_AT_ONCE = 64;

  private static final Comparator<RerankedDocument> BEST_FIRST =
      Comparator.comparing((RerankedDocument document) -> document.hasError())
          .thenComparing(Comparator.comparingDouble(RerankedDocument::getScore).reversed())
          .thenComparingInt(RerankedDocument::getIndex);

  private final Models models;

  /** Never more than the queue takes, or a call would be refused however often it came. */
  private final int atOnce;

  RerankTexts(Models models, BatchingSettings settings) {
    this.models = models;
    atOnce = Math.min(MOST_AT_ONCE, settings.queuePassages());
  }

  /**
   * The documents, best first.
   *
   * @throws Refusal UNKNOWN_MODEL, MODEL_INVALID, OVERLOADED, INVALID_FIELD
   */
  public RerankResponse rerank(RerankRequest request) {
    try (Lease lease = models.lease(request.getModel(), request.getPrecision())) {
      ServedModel model = lease.model();
      Scorer scorer =
          model.spec().architecture().isCrossEncoder()
              ? new TextPairs(request.getQuery(), model)
              : new LateInteraction(request.getQuery(), model);
      List<RerankedDocument> scored = score(request.getDocumentsList(), scorer);
      int limit = request.getLimit() == 0 ? scored.size() : request.getLimit();
      return RerankResponse.newBuilder()
          .setModel(model.spec().name())
          .setModelRevision(model.revision())
          .setMethod(scorer.method())
          .setQueryTokensDropped(scorer.queryTokensDropped())
          .addAllDocuments(scored.stream().sorted(BEST_FIRST).limit(limit).toList())
          .build();
    }
  }

  private List<RerankedDocument> score(List<String> documents, Scorer scorer) {
    List<RerankedDocument> scored = new ArrayList<>(documents.size());
    for (int from = 0; from < documents.size(); from += atOnce) {
      int to = Math.min(from + atOnce, documents.size());
      for (RerankedDocument.Builder document : scorer.score(documents.subList(from, to))) {
        scored.add(document.setIndex(scored.size()).build());
      }
    }
    return scored;
  }
}
