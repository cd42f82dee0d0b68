package io.mnestic.encoder.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.mnestic.encoder.folder.InvalidModel;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a {@code tokenizer.json} that a text could write its special tokens. Those are looked
 * for in a text by the list of added tokens; and a Unigram's vocabulary, where they are pieces with
 * the best score of all, finds them without it. In the vocabulary they keep their ids under a name
 * with a space in it, which no piece of a text has.
 */
final class SpecialTokens {
  private SpecialTokens() {}

  /** Changes the file's content; what it returns are the ids by what a text could have said. */
  static Map<String, Integer> hide(JsonObject root) {
    Map<String, Integer> hidden = new LinkedHashMap<>();
    if (root.get("added_tokens") instanceof JsonArray added) {
      for (JsonElement element : added) {
        JsonObject token = element.getAsJsonObject();
        String content = token.get("content").getAsString();
        if (!token.get("special").getAsBoolean()) {
          throw new InvalidModel(
              "tokenizer.json: added_tokens has the word '%s', which is not special: only special tokens can be added"
                  .formatted(content));
        }
        hidden.put(content, token.get("id").getAsInt());
      }
    }
    root.add("added_tokens", new JsonArray());
    if (root.get("model") instanceof JsonObject model) {
      rename(model, hidden);
    }
    return hidden;
  }

  private static void rename(JsonObject model, Map<String, Integer> hidden) {
    if (model.get("vocab") instanceof JsonArray pieces) {
      // A text may say the piece of what is unknown: it is what it would be anyhow.
      for (JsonElement piece : pieces) {
        JsonArray pair = piece.getAsJsonArray();
        String content = pair.get(0).getAsString();
        if (hidden.containsKey(content)) {
          pair.set(0, new JsonPrimitive(" " + content));
        }
      }
      hidden.values().removeAll(Set.of(number(model.get("unk_id"))));
    } else if (model.get("vocab") instanceof JsonObject vocab) {
      @Nullable String unknown = text(model.get("unk_token"));
      for (String content : new HashSet<>(hidden.keySet())) {
        @Nullable JsonElement id = vocab.get(content);
        if (content.equals(unknown)) {
          hidden.remove(content);
        } else if (id != null) {
          vocab.remove(content);
          vocab.add(" " + content, id);
        }
      }
    }
  }

  private static int number(@Nullable JsonElement element) {
    return element == null || element.isJsonNull() ? -1 : element.getAsInt();
  }

  private static @Nullable String text(@Nullable JsonElement element) {
    return element == null || element.isJsonNull() ? null : element.getAsString();
  }
}
