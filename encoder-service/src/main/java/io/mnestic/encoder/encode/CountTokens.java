package io.mnestic.encoder.encode;

import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.tokens.Tokenizers;
import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.CountTokensResponse;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Counts the tokens of texts as a model or an LLM would see them. */
@Singleton
public final class CountTokens {
  private final Catalog catalog;
  private final Tokenizers tokenizers;

  CountTokens(Catalog catalog, Tokenizers tokenizers) {
    this.catalog = catalog;
    this.tokenizers = tokenizers;
  }

  /**
   * Counts without special tokens, in the order of the texts.
   *
   * @throws Refusal UNKNOWN_TOKENIZER
   */
  public CountTokensResponse count(CountTokensRequest request) {
    String name =
        request.getTokenizer().isEmpty()
            ? catalog.specs().getFirst().name()
            : request.getTokenizer();
    ToIntFunction<String> counter = counter(name);
    CountTokensResponse.Builder response = CountTokensResponse.newBuilder().setTokenizer(name);
    for (String text : request.getTextsList()) {
      response.addCounts(counter.applyAsInt(text));
    }
    return response.build();
  }

  /** Every name that {@link #count} takes. */
  List<String> names() {
    return Stream.concat(
            Tokenizers.llmNames().stream(), catalog.specs().stream().map(ModelSpec::name))
        .toList();
  }

  private ToIntFunction<String> counter(String name) {
    if (Tokenizers.llmNames().contains(name)) {
      return tokenizers.llmCounter(name);
    }
    TextTokenizer tokenizer =
        catalog.specs().stream()
            .filter(spec -> spec.name().equals(name))
            .findFirst()
            .map(tokenizers::of)
            .orElseThrow(() ->
                Refusal.of(
                        Reason.REASON_UNKNOWN_TOKENIZER,
                        "no tokenizer is named '%s'; there are %s".formatted(name, names()))
                    .withField("tokenizer"));
    return text -> tokenizer.tokenize(text).count();
  }
}
