package io.mnestic.encoder.encode;

import com.google.common.primitives.Floats;
import io.mnestic.encoder.batching.BatchingSettings;
import io.mnestic.encoder.batching.Lane;
import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.tokens.Tokens;
import io.mnestic.encoder.tokens.Window;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Encodes the texts of one request: to tokens on the caller's thread, to vectors by the model. */
@Singleton
public final class EncodeTexts {
  private static final int SPECIAL_TOKENS = 2;

  private final Models models;
  private final int maxPassages;

  EncodeTexts(Models models, BatchingSettings settings) {
    this.models = models;
    maxPassages = settings.queuePassages();
  }

  /**
   * Unit vectors of the texts, in order.
   *
   * @throws Refusal UNKNOWN_MODEL; OVERLOADED; INVALID_FIELD if the texts make too many passages
   */
  public EncodeResponse encode(EncodeRequest request) {
    ServedModel model = models.serve(models.spec(request.getModel()));
    ModelSpec spec = model.spec();
    boolean query = request.getInputType() == InputType.INPUT_TYPE_QUERY;
    String prompt = query ? spec.queryPrompt() : "";
    EncodeResponse.Builder response =
        EncodeResponse.newBuilder()
            .setModel(spec.name())
            .setModelRevision(spec.revision())
            .setDimensions(spec.dimensions())
            .setPrompt(prompt);
    List<int[]> sequences = new ArrayList<>();
    prepare(request, model, prompt, response, sequences);
    float[][] vectors = model.queue().encode(sequences, query ? Lane.QUERY : Lane.BULK);
    int next = 0;
    for (Encoding.Builder encoding : response.getEncodingsBuilderList()) {
      for (Passage.Builder passage : encoding.getPassagesBuilderList()) {
        passage.addAllVector(Floats.asList(vectors[next++]));
      }
    }
    return response.build();
  }

  /** Fills in everything but the vectors, and the token sequences that those are made of. */
  private void prepare(
      EncodeRequest request,
      ServedModel model,
      String prompt,
      EncodeResponse.Builder response,
      List<int[]> sequences) {
    TextTokenizer tokenizer = model.tokenizer();
    Tokens promptTokens = tokenizer.tokenize(prompt);
    int overhead = SPECIAL_TOKENS + promptTokens.count();
    int capacity = model.spec().maxTokens() - overhead;
    for (int i = 0; i < request.getTextsCount(); i++) {
      Tokens tokens = tokenizer.tokenize(request.getTexts(i));
      List<Window> windows = Window.of(tokens, capacity, request.getOverflow());
      if (sequences.size() + windows.size() > maxPassages) {
        throw Refusal.of(
                Reason.REASON_INVALID_FIELD,
                "the texts make more than %d passages: send them in several requests"
                    .formatted(maxPassages))
            .withField("texts[" + i + "]");
      }
      Encoding.Builder encoding = response.addEncodingsBuilder();
      int used = 0;
      for (Window window : windows) {
        sequences.add(sequence(tokenizer, promptTokens, tokens, window));
        encoding.addPassagesBuilder().setStartChar(window.startChar()).setEndChar(window.endChar());
        used += overhead + window.size();
      }
      encoding.setTokensUsed(used);
      encoding.setTokensDropped(tokens.count() - windows.getLast().to());
    }
  }

  private static int[] sequence(
      TextTokenizer tokenizer, Tokens prompt, Tokens tokens, Window window) {
    int[] ids = new int[SPECIAL_TOKENS + prompt.count() + window.size()];
    ids[0] = tokenizer.first();
    System.arraycopy(prompt.ids(0, prompt.count()), 0, ids, 1, prompt.count());
    int[] content = tokens.ids(window.from(), window.to());
    System.arraycopy(content, 0, ids, 1 + prompt.count(), content.length);
    ids[ids.length - 1] = tokenizer.last();
    return ids;
  }
}
