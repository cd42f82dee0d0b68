package io.mnestic.encoder.encode;

import io.mnestic.encoder.batching.Lane;
import io.mnestic.encoder.batching.Outcome;
import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.tokens.Tokens;
import io.mnestic.encoder.v1.RerankMethod;
import io.mnestic.encoder.v1.RerankedDocument;
import java.util.ArrayList;
import java.util.List;

/** A query with each of its documents, as a cross-encoder reads them. */
final class TextPairs implements Scorer {
  private final ServedModel model;
  private final int[] query;
  private final int queryTokensDropped;

  /** Reads the query; a long one leaves half of the room to the document. */
  TextPairs(String query, ServedModel model) {
    this.model = model;
    Tokens tokens = model.tokenizer().tokenize(query);
    this.query = tokens.ids(0, Math.min(tokens.count(), room() / 2));
    queryTokensDropped = tokens.count() - this.query.length;
  }

  @Override
  public RerankMethod method() {
    return RerankMethod.RERANK_METHOD_CROSS_ENCODER;
  }

  @Override
  public int queryTokensDropped() {
    return queryTokensDropped;
  }

  /** Scores from 0 to 1. */
  @Override
  public List<RerankedDocument.Builder> score(List<String> documents) {
    List<Input> pairs = new ArrayList<>(documents.size());
    List<RerankedDocument.Builder> scored = new ArrayList<>(documents.size());
    for (String text : documents) {
      Tokens document = model.tokenizer().tokenize(text);
      int[] ids = document.ids(0, Math.min(document.count(), room() - query.length));
      pairs.add(pair(ids));
      scored.add(RerankedDocument.newBuilder().setTokensDropped(document.count() - ids.length));
    }
    List<Outcome> outcomes = model.run(pairs, Lane.QUERY);
    for (int i = 0; i < outcomes.size(); i++) {
      switch (outcomes.get(i)) {
        case Outcome.Done done -> scored.get(i).setScore(probability(done.output().vector()));
        case Outcome.Failed failed -> scored.get(i).setError(EncodeTexts.status(failed));
      }
    }
    return scored;
  }

  /** Tokens that query and document may have together. */
  private int room() {
    return model.spec().maxTokens()
        - PreparedTexts.FRAME_TOKENS
        - model.tokenizer().between().length;
  }

  /** The texts with the special tokens that the tokenizer puts around and between a pair. */
  private Input pair(int[] document) {
    TextTokenizer tokenizer = model.tokenizer();
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
