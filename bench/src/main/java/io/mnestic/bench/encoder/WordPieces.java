package io.mnestic.bench.encoder;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/** A model's tokenizer, from its {@code tokenizer.json}. */
final class WordPieces implements AutoCloseable {
  private static final String NATIVES = "DJL_CACHE_DIR";

  private final HuggingFaceTokenizer tokenizer;
  private final long first;
  private final long last;

  WordPieces(PeerModel model) {
    if (System.getenv(NATIVES) == null && System.getProperty(NATIVES) == null) {
      // Where encoder-service has them, not in a folder of its own under the user's home.
      System.setProperty(NATIVES, cache().resolve("natives").toString());
    }
    System.setProperty("ai.djl.offline", "true");
    try (InputStream json = model.tokenizer()) {
      tokenizer =
          HuggingFaceTokenizer.newInstance(json, Map.of("truncation", "false", "padding", "false"));
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the tokenizer of " + model.id(), e);
    }
    long[] frame = tokenizer.encode("", true, false).getIds();
    first = frame[0];
    last = frame[1];
  }

  /** The text's own tokens. */
  long[] content(String text) {
    return tokenizer.encode(text, false, false).getIds();
  }

  /** {@code content} between the special tokens. */
  long[] framed(long[] content) {
    long[] ids = new long[content.length + 2];
    ids[0] = first;
    System.arraycopy(content, 0, ids, 1, content.length);
    ids[ids.length - 1] = last;
    return ids;
  }

  private static Path cache() {
    String given = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    return (given.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(given))
        .resolve("mnestic");
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
