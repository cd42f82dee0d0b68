package io.mnestic.orchestrator.prompt;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.mnestic.orchestrator.tokens.TokenCounter;
import java.util.List;
import java.util.function.ToIntFunction;

/** Tokenizers for tests. */
final class Counters {
  /** One token a character: adds up. */
  static final TokenCounter CHARACTERS = counter("characters", String::length);

  /** One token for each four characters begun: texts that stand together cost less. */
  static final TokenCounter SHARING = counter("sharing", text -> (text.length() + 3) / 4);

  /** Costs more for texts that stand together, as no sane tokenizer does. */
  static final TokenCounter GROWING =
      counter("growing", text -> text.length() / 4 + text.length() * text.length() / 40_000);

  private Counters() {}

  static TokenCounter bytePair(EncodingType type) {
    Encoding encoding = Encodings.newLazyEncodingRegistry().getEncoding(type);
    return counter(type.getName(), encoding::countTokensOrdinary);
  }

  private static TokenCounter counter(String name, ToIntFunction<String> counting) {
    return new TokenCounter() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public int[] count(List<String> texts) {
        return texts.stream().mapToInt(counting).toArray();
      }
    };
  }
}
