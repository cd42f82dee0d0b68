package io.mnestic.encoder.folder;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether a {@code tokenizer.json} belongs to the weights beside it. */
final class TokenizerFile {
  private TokenizerFile() {}

  /** Refuses a vocabulary with ids that the word table has no row for. */
  static void check(Path file, int vocabulary) {
    JsonFile model = JsonFile.read(file).part("model");
    @Nullable JsonElement vocab = model.root().get("vocab");
    int ids = 0;
    if (vocab instanceof JsonObject byToken) {
      JsonFile tokens = new JsonFile(file, byToken);
      for (String token : byToken.keySet()) {
        ids = Math.max(ids, tokens.integer(token, 0) + 1);
      }
    } else if (vocab != null && vocab.isJsonArray()) {
      ids = vocab.getAsJsonArray().size();
    }
    if (ids == 0) {
      throw InvalidModel.of(
          file, "model.vocab is missing: only WordPiece, BPE and Unigram are read");
    }
    if (ids > vocabulary) {
      throw InvalidModel.of(
          file,
          "has ids up to %d, and config.json a vocab_size of %d: they are of different models"
              .formatted(ids - 1, vocabulary));
    }
  }
}
