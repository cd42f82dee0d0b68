package io.mnestic.encoder.encode;

import io.mnestic.encoder.batching.BatchingSettings;
import io.mnestic.encoder.batching.Lane;
import io.mnestic.encoder.batching.Outcome;
import io.mnestic.encoder.tokens.Tokens;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.RerankMethod;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import io.mnestic.encoder.v1.RerankedDocument;
import io.mnestic.encoder.v1.VectorFormat;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Orders documents by how well they answer a query. */
@Singleton
public final class RerankTexts {
  /** Documents whose token vectors are in memory at once: 64 of 512 tokens take 50 MB. */
  private static final int DOCUMENTS_AT_ONCE = 64;

  private static final Comparator<RerankedDocument> BEST_FIRST =
      Comparator.comparing((RerankedDocument document) -> document.hasError())
          .thenComparing(Comparator.comparingDouble(RerankedDocument::getScore).reversed())
          .thenComparingInt(RerankedDocument::getIndex);

  private final Models models;
  private final int maxPassages;

  RerankTexts(Models models, BatchingSettings settings) {
    this.models = models;
    maxPassages = settings.queuePassages();
  }

  /**
   * The documents, best first.
   *
   * @throws Refusal UNKNOWN_MODEL, MODEL_INVALID, OVERLOADED, INVALID_FIELD
   */
  public RerankResponse rerank(RerankRequest request) {
    try (Lease lease = models.lease(request.getModel(), request.getPrecision())) {
      ServedModel model = lease.model();
      RerankResponse.Builder response =
          RerankResponse.newBuilder()
              .setModel(model.spec().name())
              .setModelRevision(model.revision());
      List<RerankedDocument> scored =
          model.spec().architecture().isCrossEncoder()
              ? TextPairs.score(request, model, response)
              : byLateInteraction(request, model, response);
      int limit = request.getLimit() == 0 ? scored.size() : request.getLimit();
      return response
          .addAllDocuments(scored.stream().sorted(BEST_FIRST).limit(limit).toList())
          .build();
    }
  }

  private List<RerankedDocument> byLateInteraction(
      RerankRequest request, ServedModel model, RerankResponse.Builder response) {
    PreparedTexts query = prepare(List.of(request.getQuery()), model, model.queryPrompt());
    response
        .setMethod(RerankMethod.RERANK_METHOD_LATE_INTERACTION)
        .setQueryTokensDropped(query.texts().getFirst().dropped());
    MaxSim scorer =
        switch (model.run(query.inputs(), Lane.QUERY).getFirst()) {
          case Outcome.Done done -> new MaxSim(vectors(model, query, 0, done));
          case Outcome.Failed failed -> throw new IllegalStateException(failed.cause());
        };
    List<RerankedDocument> scored = new ArrayList<>(request.getDocumentsCount());
    for (int from = 0; from < request.getDocumentsCount(); from += DOCUMENTS_AT_ONCE) {
      int to = Math.min(from + DOCUMENTS_AT_ONCE, request.getDocumentsCount());
      PreparedTexts documents =
          prepare(request.getDocumentsList().subList(from, to), model, model.documentPrompt());
      List<Outcome> outcomes = model.run(documents.inputs(), Lane.QUERY);
      for (int i = 0; i < outcomes.size(); i++) {
        RerankedDocument.Builder document =
            RerankedDocument.newBuilder()
                .setIndex(from + i)
                .setTokensDropped(documents.texts().get(i).dropped());
        switch (outcomes.get(i)) {
          case Outcome.Done done ->
              document.setScore(scorer.score(vectors(model, documents, i, done)));
          case Outcome.Failed failed -> document.setError(EncodeTexts.status(failed));
        }
        scored.add(document.build());
      }
    }
    return scored;
  }

  private PreparedTexts prepare(List<String> texts, ServedModel model, Tokens prompt) {
    return PreparedTexts.of(texts, model, prompt, Overflow.OVERFLOW_TRUNCATE, true, maxPassages);
  }

  /** Unit vectors of a text's own tokens; of a text without any, the text's one. */
  private static List<float[]> vectors(
      ServedModel model, PreparedTexts texts, int text, Outcome.Done done) {
    VectorWriter writer =
        new VectorWriter(VectorFormat.VECTOR_FORMAT_FLOATS, model.spec().dimensions());
    List<float[]> own =
        texts.own(done.output().tokens(), texts.texts().get(text).windows().getFirst());
    return own.isEmpty()
        ? List.of(done.output().vector())
        : own.stream().map(writer::unit).toList();
  }
}
