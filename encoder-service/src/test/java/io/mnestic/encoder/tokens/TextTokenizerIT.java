package io.mnestic.encoder.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A long text is read in slices; that must not show. */
class TextTokenizerIT {
  @ParameterizedTest
  @CsvSource({
    "bge-small-en-v1.5,'The 🧠 remembers, naïvely: 2,000 things. '",
    "bge-small-en-v1.5,'记忆'",
    "bge-small-en-v1.5,'!😀'",
    "bge-small-zh-v1.5,'我在 Tokyo 工作。'",
    "all-minilm-l6-v2,'unbelievable\n'"
  })
  void slicesGiveTheTokensOfTheWhole(String files, String part) throws Exception {
    String text = part.repeat(50_000 / part.length());
    try (TextTokenizer tokenizer = TextTokenizer.read(resource(files));
        HuggingFaceTokenizer whole =
            HuggingFaceTokenizer.newInstance(
                resource(files), Map.of("truncation", "false", "padding", "false"))) {
      Tokens tokens = tokenizer.tokenize(text);
      long[] expected = whole.encode(text, false, false).getIds();
      assertThat(Arrays.stream(tokens.ids(0, tokens.count())).asLongStream().toArray())
          .isEqualTo(expected);
      assertThat(tokens.characters()).isEqualTo(text.codePointCount(0, text.length()));
      int last = tokens.count() - 1;
      String end =
          text.substring(
              text.offsetByCodePoints(0, tokens.start(last)),
              text.offsetByCodePoints(0, tokens.end(last)));
      assertThat(part).contains(end);
    }
  }

  private static InputStream resource(String files) {
    InputStream json =
        TextTokenizerIT.class.getClassLoader().getResourceAsStream(files + "-tokenizer.json");
    assertThat(json).isNotNull();
    return json;
  }
}
