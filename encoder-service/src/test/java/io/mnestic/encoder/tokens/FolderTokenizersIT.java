package io.mnestic.encoder.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonObject;
import io.mnestic.encoder.folder.InvalidModel;
import io.mnestic.encoder.folder.TinyTokenizers;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tokenizers of users' models, each against the library's own reading of the whole text. */
class FolderTokenizersIT {
  private static final List<String> PARTS =
      List.of(
          "the dog remembers memory ",
          "is  good ",
          "yesterday we met,",
          "\n",
          "\t",
          " ",
          "   ",
          "!!",
          "'s",
          "can't ",
          "we'll",
          "記憶",
          "记忆是",
          "人。",
          "，",
          "😀",
          "é",
          "e\u0301",
          " \u0301",
          "\u3000",
          "\u00a0",
          "\ufffd",
          "1,024",
          "x",
          "unbelievable",
          "<",
          "s>",
          "<mask",
          "\u200b",
          "ﷺ ",
          "\u00a8 ",
          "\u3164 ",
          "\u0600 ",
          "\u2581",
          " \u2581");

  enum Kind {
    WORD_PIECE,
    BYTE_LEVEL,
    BYTE_LEVEL_WITH_PREFIX,
    UNIGRAM,
    UNIGRAM_OF_METASPACE;

    JsonObject json() {
      return switch (this) {
        case WORD_PIECE -> TinyTokenizers.wordPiece();
        case BYTE_LEVEL -> TinyTokenizers.byteLevel();
        case BYTE_LEVEL_WITH_PREFIX -> prefixed();
        case UNIGRAM -> TinyTokenizers.unigram(true);
        case UNIGRAM_OF_METASPACE -> TinyTokenizers.unigram(false);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void specialTokensFrameATextAndAPair(Kind kind) throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.read(stream(kind.json()))) {
      boolean bert = kind == Kind.WORD_PIECE;
      assertThat(tokenizer.first()).isEqualTo(bert ? 2 : 0);
      assertThat(tokenizer.last()).isEqualTo(bert ? 3 : 2);
      assertThat(tokenizer.between()).isEqualTo(bert ? new int[] {3} : new int[] {2, 2});
      assertThat(tokenizer.secondType()).isEqualTo(bert ? 1 : 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ordinaryTextHasTheTokensOfTheFileAsItIs(Kind kind) throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.read(stream(kind.json()));
        HuggingFaceTokenizer whole = whole(kind)) {
      for (String text : List.of("the dog remembers yesterday", "记忆是 good!", " a  question ", "")) {
        assertThat(ids(tokenizer.tokenize(text))).as(text).isEqualTo(ids(whole, text));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noTextCanSayASpecialToken(Kind kind) throws Exception {
    List<String> specials =
        List.of("<s>", "</s>", "<pad>", "<mask>", "[CLS]", "[SEP]", "[PAD]", "[MASK]");
    int last = TinyTokenizers.size(kind.json()) - 1;
    List<Integer> forbidden =
        kind == Kind.WORD_PIECE ? List.of(0, 2, 3, 4) : List.of(0, 1, 2, last);
    try (TextTokenizer tokenizer = TextTokenizer.read(stream(kind.json()));
        HuggingFaceTokenizer whole = whole(kind)) {
      for (String special : specials) {
        for (String form :
            List.of("%s", " %s", "  %s ", "the %s dog", "x%sy", "\u2581%s", "\u2581 %s")) {
          String text = form.formatted(special);
          assertThat(Arrays.stream(ids(tokenizer.tokenize(text))).boxed())
              .as(text)
              .doesNotContainAnyElementsOf(forbidden);
        }
      }
      // Else this would show nothing.
      String known = kind == Kind.WORD_PIECE ? "[SEP]" : "</s>";
      assertThat(Arrays.stream(ids(whole, known)).boxed()).containsAnyElementsOf(forbidden);
    }
  }

  @ParameterizedTest
  @EnumSource
  void slicesGiveTheTokensOfTheWhole(Kind kind) throws Exception {
    long seed = 20_261_124;
    Random random = new Random(seed);
    try (TextTokenizer tokenizer = TextTokenizer.read(stream(kind.json()));
        HuggingFaceTokenizer whole = whole(kind)) {
      for (int round = 0; round < 40; round++) {
        // Few parts, so that the places where slices begin are of every kind.
        List<String> parts =
            random.ints(1 + random.nextInt(5), 0, PARTS.size()).mapToObj(PARTS::get).toList();
        StringBuilder text = new StringBuilder();
        while (text.length() < 20_000 + random.nextInt(20_000)) {
          text.append(parts.get(random.nextInt(parts.size())));
        }
        assertSame(kind, tokenizer, whole, text.toString(), "seed %d, %s".formatted(seed, parts));
      }
      for (String part : PARTS) {
        assertSame(kind, tokenizer, whole, part.repeat(20_000 / part.length()), part);
      }
    }
  }

  @Test
  void aWordAddedToTheVocabularyIsRefused() {
    JsonObject json = TinyTokenizers.wordPiece();
    json.getAsJsonArray("added_tokens").get(4).getAsJsonObject().addProperty("special", false);
    assertThatThrownBy(() -> TextTokenizer.read(stream(json)))
        .isInstanceOf(InvalidModel.class)
        .hasMessageContaining("'[MASK]', which is not special");
  }

  @Test
  void aTokenizerWithoutItsFrameIsRefused() {
    JsonObject json = TinyTokenizers.wordPiece();
    json.remove("post_processor");
    assertThatThrownBy(() -> TextTokenizer.read(stream(json)))
        .isInstanceOf(InvalidModel.class)
        .hasMessageContaining("post_processor");
  }

  @Test
  void aFileThatIsNoTokenizerIsRefused() {
    assertThatThrownBy(() -> TextTokenizer.read(stream(new JsonObject())))
        .isInstanceOf(InvalidModel.class);
  }

  private static void assertSame(
      Kind kind, TextTokenizer tokenizer, HuggingFaceTokenizer whole, String text, String what) {
    Tokens tokens = tokenizer.tokenize(text);
    assertThat(ids(tokens)).as("%s: %s", kind, what).isEqualTo(ids(whole, text));
    assertThat(tokens.characters()).isEqualTo(text.codePointCount(0, text.length()));
    // One assertion for all, since there are millions.
    assertThat(
            IntStream.range(1, tokens.count())
                .filter(i ->
                    tokens.start(i) < tokens.start(i - 1)
                        || tokens.end(i) < tokens.start(i)
                        || tokens.end(i) > tokens.characters()))
        .as("%s: tokens of %s with characters out of order", kind, what)
        .isEmpty();
  }

  private static JsonObject prefixed() {
    JsonObject json = TinyTokenizers.byteLevel();
    json.getAsJsonObject("pre_tokenizer").addProperty("add_prefix_space", true);
    return json;
  }

  private static HuggingFaceTokenizer whole(Kind kind) throws Exception {
    return HuggingFaceTokenizer.newInstance(
        stream(kind.json()), Map.of("truncation", "false", "padding", "false"));
  }

  private static int[] ids(Tokens tokens) {
    return tokens.ids(0, tokens.count());
  }

  private static int[] ids(HuggingFaceTokenizer whole, String text) {
    Encoding encoding = whole.encode(text, false, false);
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  private static InputStream stream(JsonObject json) {
    return new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
