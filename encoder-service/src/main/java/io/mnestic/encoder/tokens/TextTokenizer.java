package io.mnestic.encoder.tokens;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiConsumer;

/** A model's own tokenizer. Safe for many threads. */
public final class TextTokenizer implements AutoCloseable {
  private static final int SLICE_CHARS = 8_192;

  private final HuggingFaceTokenizer tokenizer;
  private final int first;
  private final int last;

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    long[] frame = tokenizer.encode("", true, false).getIds();
    first = Math.toIntExact(frame[0]);
    last = Math.toIntExact(frame[1]);
  }

  /**
   * Reads a BERT-like {@code tokenizer.json}, without its truncation and padding (some files cut at
   * 128 tokens), and without the special tokens that it would find in a text: there they are plain
   * text, so that no one can write a separator or padding into a memory.
   */
  public static TextTokenizer read(InputStream json) throws IOException {
    try (Reader reader = new InputStreamReader(json, StandardCharsets.UTF_8)) {
      JsonObject root = JsonParser.parseReader(reader).getAsJsonObject();
      root.remove("truncation");
      root.remove("padding");
      root.add("added_tokens", new JsonArray());
      byte[] plain = root.toString().getBytes(StandardCharsets.UTF_8);
      Map<String, String> options = Map.of("truncation", "false", "padding", "false");
      return new TextTokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(plain), options));
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
            tokens.add(
                Math.toIntExact(ids[i]), offset + spans[i].getStart(), offset + spans[i].getEnd());
          }
          tokens.addCharacters(slice.codePointCount(0, slice.length()));
        });
    return tokens;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /**
   * Gives the tokenizer a long text in slices: its result takes some 140 bytes a token on the heap.
   * The tokenizer itself splits at spaces and around Chinese characters, so cutting there changes
   * nothing.
   */
  private void slices(String text, BiConsumer<String, Encoding> consumer) {
    int from = 0;
    while (from < text.length()) {
      int to = sliceEnd(text, from);
      String slice = text.substring(from, to);
      consumer.accept(slice, tokenizer.encode(slice, false, false));
      from = to;
    }
  }

  private static int sliceEnd(String text, int from) {
    int limit = from + SLICE_CHARS;
    if (limit >= text.length()) {
      return text.length();
    }
    for (int end = limit; end > from; end--) {
      char before = text.charAt(end - 1);
      if (before == ' ' || before == '\n' || (before >= '\u4e00' && before <= '\u9fff')) {
        return end;
      }
    }
    return Character.isLowSurrogate(text.charAt(limit)) ? limit - 1 : limit;
  }
}
