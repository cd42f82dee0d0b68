package io.mnestic.encoder.encode;

import io.mnestic.encoder.batching.Lane;
import io.mnestic.encoder.batching.Outcome;
import io.mnestic.encoder.tokens.Tokens;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.RerankMethod;
import io.mnestic.encoder.v1.RerankedDocument;
import io.mnestic.encoder.v1.VectorFormat;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Query and documents read apart, and scored by {@link MaxSim} of their tokens' vectors. */
final class LateInteraction implements Scorer {
  private final ServedModel model;
  private final MaxSim query;
  private final int queryTokensDropped;

  /**
   * Reads the query.
   *
   * @throws Refusal INVALID_FIELD if the model gives no vectors of tokens
   */
  LateInteraction(String query, ServedModel model) {
    if (!model.spec().hasTokenVectors()) {
      throw EncodeTexts.withoutTokenVectors(model.spec(), "model");
    }
    this.model = model;
    PreparedTexts read = prepare(List.of(query), model.queryPrompt());
    queryTokensDropped = read.texts().getFirst().dropped();
    this.query =
        switch (model.run(read.inputs(), Lane.QUERY).getFirst()) {
          case Outcome.Done done -> new MaxSim(vectors(read, 0, done));
          case Outcome.Failed failed -> throw new IllegalStateException(failed.cause());
        };
  }

  @Override
  public RerankMethod method() {
    return RerankMethod.RERANK_METHOD_LATE_INTERACTION;
  }

  @Override
  public int queryTokensDropped() {
    return queryTokensDropped;
  }

  @Override
  public List<RerankedDocument.Builder> score(List<String> documents) {
    PreparedTexts read = prepare(documents, model.documentPrompt());
    List<Outcome> outcomes = model.run(read.inputs(), Lane.QUERY);
    List<RerankedDocument.Builder> scored = new ArrayList<>(documents.size());
    for (int i = 0; i < outcomes.size(); i++) {
      RerankedDocument.Builder document =
          RerankedDocument.newBuilder().setTokensDropped(read.texts().get(i).dropped());
      switch (outcomes.get(i)) {
        case Outcome.Done done -> document.setScore(query.score(vectors(read, i, done)));
        case Outcome.Failed failed -> document.setError(EncodeTexts.status(failed));
      }
      scored.add(document);
    }
    return scored;
  }

  /** One window a text, so there are never more of them than texts. */
  private PreparedTexts prepare(List<String> texts, Tokens prompt) {
    return PreparedTexts.of(texts, model, prompt, Overflow.OVERFLOW_TRUNCATE, true, texts.size());
  }

  /** Unit vectors of a text's own tokens; of a text without any, the text's one. */
  private List<float[]> vectors(PreparedTexts texts, int text, Outcome.Done done) {
    VectorWriter writer =
        new VectorWriter(VectorFormat.VECTOR_FORMAT_FLOATS, model.spec().dimensions());
    List<float[]> own =
        texts.own(done.output().tokens(), texts.texts().get(text).windows().getFirst());
    return own.isEmpty()
        ? List.of(done.output().vector())
        : own.stream().map(writer::unit).toList();
  }
}
