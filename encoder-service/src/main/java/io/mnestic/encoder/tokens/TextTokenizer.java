package io.mnestic.encoder.tokens;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mnestic.encoder.folder.InvalidModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A model's own tokenizer. A long text is tokenized in slices, which does not show. Safe for many
 * threads.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final int SLICE_CHARS = 8_192;

  private final HuggingFaceTokenizer tokenizer;
  private final Cuts cuts;
  private final int first;
  private final int last;
  private final int[] between;
  private final int secondType;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, Cuts cuts) {
    this.tokenizer = tokenizer;
    this.cuts = cuts;
    int[] frame = ids(tokenizer.encode("", true, false));
    Encoding pair = tokenizer.encode("", "", true, false);
    int[] pairFrame = ids(pair);
    if (frame.length != 2
        || pairFrame.length < 3
        || pairFrame[0] != frame[0]
        || pairFrame[pairFrame.length - 1] != frame[1]) {
      throw new InvalidModel(
          "tokenizer.json: post_processor puts %s around a text and %s around two: it must put one token before and one after"
              .formatted(Arrays.toString(frame), Arrays.toString(pairFrame)));
    }
    first = frame[0];
    last = frame[1];
    between = Arrays.copyOfRange(pairFrame, 1, pairFrame.length - 1);
    secondType = Math.toIntExact(pair.getTypeIds()[pairFrame.length - 1]);
  }

  /**
   * Reads a {@code tokenizer.json} of WordPiece, byte-level BPE or Unigram, without its truncation
   * and padding (some files cut at 128 tokens), and without the special tokens that it would find
   * in a text: there they are plain text, so that no one can write a separator or padding into a
   * memory.
   *
   * @throws InvalidModel if it is none that can be used
   */
  public static TextTokenizer read(InputStream json) throws IOException {
    try (Reader reader = new InputStreamReader(json, StandardCharsets.UTF_8)) {
      JsonObject root = JsonParser.parseReader(reader).getAsJsonObject();
      root.remove("truncation");
      root.remove("padding");
      Map<String, Integer> special = SpecialTokens.hide(root);
      Cuts cuts = Cuts.of(root);
      byte[] plain = root.toString().getBytes(StandardCharsets.UTF_8);
      Map<String, String> options = Map.of("truncation", "false", "padding", "false");
      HuggingFaceTokenizer loaded =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(plain), options);
      try {
        special.forEach((content, id) -> checkPlain(loaded, content, id));
        return new TextTokenizer(loaded, cuts);
      } catch (InvalidModel e) {
        loaded.close();
        throw e;
      }
    } catch (InvalidModel e) {
      throw e;
    } catch (RuntimeException e) {
      // Gson's and the native library's, which have no type of their own.
      throw new InvalidModel("tokenizer.json can not be read: " + e.getMessage(), e);
    }
  }

  private static void checkPlain(HuggingFaceTokenizer loaded, String content, int id) {
    for (String text : List.of(content, " " + content, "a" + content + "b", "a " + content)) {
      if (Arrays.stream(ids(loaded.encode(text, false, false))).anyMatch(found -> found == id)) {
        throw new InvalidModel(
            "tokenizer.json: a text that says '%s' would get the special token %d"
                .formatted(content, id));
      }
    }
  }

  /** Id of the token before each sequence. */
  public int first() {
    return first;
  }

  /** Id of the token after each sequence. */
  public int last() {
    return last;
  }

  /** Ids of the tokens between the two texts of a pair. */
  public int[] between() {
    return between.clone();
  }

  /** Segment of a pair's second text and of the token after it; the others have segment 0. */
  public int secondType() {
    return secondType;
  }

  /** The text's tokens, without special tokens. */
  public Tokens tokenize(String text) {
    Tokens tokens = new Tokens();
    slices(
        text,
        (slice, encoding) -> {
          int offset = tokens.characters();
          long[] ids = encoding.getIds();
          CharSpan[] spans = encoding.getCharTokenSpans();
          for (int i = 0; i < ids.length; i++) {
            // A byte-level BPE's space before a text is said to start behind its first character.
            int next = Math.min(i + 1, ids.length - 1);
            int start = Math.min(spans[i].getStart(), spans[next].getStart());
            tokens.add(Math.toIntExact(ids[i]), offset + start, offset + spans[i].getEnd());
          }
          tokens.addCharacters(slice.codePointCount(0, slice.length()));
        });
    return tokens;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** Gives the tokenizer a long text in slices: some 140 bytes a token on the heap add up. */
  private void slices(String text, BiConsumer<String, Encoding> consumer) {
    int from = 0;
    while (from < text.length()) {
      int to = sliceEnd(text, from);
      String slice = text.substring(from, to);
      consumer.accept(slice, tokenizer.encode(slice, false, false));
      from = to;
    }
  }

  /** The last place for a cut within the limit, otherwise the first beyond it. */
  private int sliceEnd(String text, int from) {
    int limit = from + SLICE_CHARS;
    if (limit >= text.length()) {
      return text.length();
    }
    for (int end = limit; end > from; end--) {
      if (cuts.at(text, end)) {
        return end;
      }
    }
    for (int end = limit + 1; end < text.length(); end++) {
      if (cuts.at(text, end)) {
        return end;
      }
    }
    return text.length();
  }

  private static int[] ids(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }
}
