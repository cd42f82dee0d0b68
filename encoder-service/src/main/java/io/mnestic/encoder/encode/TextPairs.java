package io.mnestic.encoder.encode;

import io.mnestic.encoder.batching.Lane;
import io.mnestic.encoder.batching.Outcome;
import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.tokens.Tokens;
import io.mnestic.encoder.v1.RerankMethod;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import io.mnestic.encoder.v1.RerankedDocument;
import java.util.ArrayList;
import java.util.List;

/** A query with each of its documents, as a cross-encoder reads them. */
final class TextPairs {
  private TextPairs() {}

  /** Scores each document: 0 to 1, higher the better it answers the query. */
  static List<RerankedDocument> score(
      RerankRequest request, ServedModel model, RerankResponse.Builder response) {
    TextTokenizer tokenizer = model.tokenizer();
    int room = model.spec().maxTokens() - 2 - tokenizer.between().length;
    Tokens query = tokenizer.tokenize(request.getQuery());
    // A long query must leave half of the room to the document.
    int queryTokens = Math.min(query.count(), room / 2);
    response
        .setMethod(RerankMethod.RERANK_METHOD_CROSS_ENCODER)
        .setQueryTokensDropped(query.count() - queryTokens);
    List<Input> pairs = new ArrayList<>(request.getDocumentsCount());
    List<RerankedDocument.Builder> documents = new ArrayList<>(request.getDocumentsCount());
    for (String text : request.getDocumentsList()) {
      Tokens document = tokenizer.tokenize(text);
      int documentTokens = Math.min(document.count(), room - queryTokens);
      pairs.add(pair(tokenizer, query.ids(0, queryTokens), document.ids(0, documentTokens)));
      documents.add(
          RerankedDocument.newBuilder()
              .setIndex(documents.size())
              .setTokensDropped(document.count() - documentTokens));
    }
    List<Outcome> outcomes = model.run(pairs, Lane.QUERY);
    List<RerankedDocument> scored = new ArrayList<>(outcomes.size());
    for (int i = 0; i < outcomes.size(); i++) {
      switch (outcomes.get(i)) {
        case Outcome.Done done -> documents.get(i).setScore(probability(done.output().vector()));
        case Outcome.Failed failed -> documents.get(i).setError(EncodeTexts.status(failed));
      }
      scored.add(documents.get(i).build());
    }
    return scored;
  }

  /** The texts with the special tokens that the tokenizer puts around and between a pair. */
  private static Input pair(TextTokenizer tokenizer, int[] query, int[] document) {
    int[] between = tokenizer.between();
    int second = 1 + query.length + between.length;
    int[] ids = new int[second + document.length + 1];
    ids[0] = tokenizer.first();
    System.arraycopy(query, 0, ids, 1, query.length);
    System.arraycopy(between, 0, ids, 1 + query.length, between.length);
    System.arraycopy(document, 0, ids, second, document.length);
    ids[ids.length - 1] = tokenizer.last();
    return new Input(ids, tokenizer.secondType() == 0 ? ids.length : second, false);
  }

  /** Of one output its logistic function; of several the softmax of the last, "relevant". */
  private static double probability(float[] outputs) {
    if (outputs.length == 1) {
      return 1 / (1 + Math.exp(-outputs[0]));
    }
    double largest = Double.NEGATIVE_INFINITY;
    for (float output : outputs) {
      largest = Math.max(largest, output);
    }
    double sum = 0;
    for (float output : outputs) {
      sum += Math.exp(output - largest);
    }
    return Math.exp(outputs[outputs.length - 1] - largest) / sum;
  }
}
