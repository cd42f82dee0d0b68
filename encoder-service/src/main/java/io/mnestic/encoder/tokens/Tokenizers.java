package io.mnestic.encoder.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import io.mnestic.encoder.model.ModelSpec;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

/** The tokenizers of the models and of the common LLMs, each read when first used. */
@Singleton
public final class Tokenizers {
  private final EncodingRegistry llm = Encodings.newLazyEncodingRegistry();
  private final Map<String, TextTokenizer> own = new ConcurrentHashMap<>();

  Tokenizers() {}

  /** Names of the LLM tokenizers. */
  public static List<String> llmNames() {
    return List.of(EncodingType.O200K_BASE.getName(), EncodingType.CL100K_BASE.getName());
  }

  /** A model's own. */
  public TextTokenizer of(ModelSpec spec) {
    return own.computeIfAbsent(spec.name() + ' ' + spec.revision(), name -> read(spec));
  }

  /**
   * Counts a text's tokens as an LLM of this name's vocabulary does, special tokens as plain text.
   */
  public ToIntFunction<String> llmCounter(String name) {
    return llm.getEncoding(name).orElseThrow()::countTokensOrdinary;
  }

  @PreDestroy
  void close() {
    own.values().forEach(TextTokenizer::close);
  }

  private static TextTokenizer read(ModelSpec spec) {
    try {
      return TextTokenizer.read(spec.openTokenizer());
    } catch (IOException e) {
      throw new UncheckedIOException("the tokenizer of " + spec.name(), e);
    }
  }
}
