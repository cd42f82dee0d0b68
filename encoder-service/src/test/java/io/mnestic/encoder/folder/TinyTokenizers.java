package io.mnestic.encoder.folder;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code tokenizer.json} files of each kind, small but whole. */
public final class TinyTokenizers {
  private static final String WORDS =
      "the a of memory remembers to yesterday we met in dog is good question answer";
  private static final String SIGNS = "!\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~";
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

  private TinyTokenizers() {}

  public static JsonObject of(Family family) {
    return switch (family) {
      case BERT, DISTILBERT -> wordPiece();
      case ROBERTA -> byteLevel();
      case XLM_ROBERTA -> unigram(true);
    };
  }

  /** Ids in the model's vocabulary. */
  public static int size(JsonObject tokenizer) {
    var vocab = tokenizer.getAsJsonObject("model").get("vocab");
    return vocab.isJsonArray() ? vocab.getAsJsonArray().size() : vocab.getAsJsonObject().size();
  }

  public static JsonObject wordPiece() {
    Set<String> tokens = new LinkedHashSet<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (String letter : letters(LETTERS + SIGNS + "记忆是人我在工作")) {
      tokens.add(letter);
      tokens.add("##" + letter);
    }
    tokens.addAll(words(WORDS + " ##er ##ing ##s un ##believ ##able"));
    return parse(
        """
        {"version": "1.0", "truncation": {"max_length": 8, "stride": 0, "strategy": "LongestFirst", "direction": "Right"},
         "padding": null, "added_tokens": %s,
         "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
           "strip_accents": null, "lowercase": true},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
             {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
           "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
             {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
             {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
           "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
             "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
         "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
           "max_input_chars_per_word": 100, "vocab": %s}}
        """
            .formatted(
                added(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"), 0), ids(tokens)));
  }

  public static JsonObject byteLevel() {
    Set<String> tokens = new LinkedHashSet<>(List.of("<s>", "<pad>", "</s>", "<unk>"));
    for (int value = 0; value < 256; value++) {
      tokens.add(byteSign(value));
    }
    Set<String> merges = new LinkedHashSet<>();
    for (String word : words(WORDS)) {
      merge("\u0120" + word, tokens, merges);
      merge(word, tokens, merges);
    }
    merge("\u0120\u0120", tokens, merges);
    merge("!!", tokens, merges);
    merge("\u00e8\u00ae", tokens, merges);
    tokens.add("<mask>");
    JsonArray list = new JsonArray();
    merges.forEach(list::add);
    JsonArray added = added(List.of("<s>", "<pad>", "</s>", "<unk>"), 0);
    added.addAll(added(List.of("<mask>"), tokens.size() - 1));
    return parse(
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": %s, "normalizer": null,
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
         "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],
           "trim_offsets": true, "add_prefix_space": false},
         "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
         "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "",
           "end_of_word_suffix": "", "fuse_unk": false, "vocab": %s, "merges": %s}}
        """
            .formatted(added, ids(tokens), list));
  }

  /**
   * Unigram as XLM-R's.
   *
   * @param words whether words are split before Metaspace, as in older files
   */
  public static JsonObject unigram(boolean words) {
    JsonArray vocab = new JsonArray();
    for (String special : List.of("<s>", "<pad>", "</s>", "<unk>")) {
      piece(vocab, special, 0);
    }
    for (String word : words(WORDS)) {
      piece(vocab, "\u2581" + word, -4 - 0.1 * word.length());
    }
    piece(vocab, "\u2581", -3);
    for (String part : List.of("er", "in", "ing", "th", "est", "<", "s", ">", "/", "记忆", "忆是")) {
      piece(vocab, part, -6.5 - 0.01 * vocab.size());
    }
    for (String letter : letters(LETTERS + "0123456789.,!?'记忆是人我在工作")) {
      piece(vocab, letter, -9 - 0.01 * vocab.size());
    }
    piece(vocab, "<mask>", 0);
    JsonArray added = added(List.of("<s>", "<pad>", "</s>", "<unk>"), 0);
    added.addAll(added(List.of("<mask>"), vocab.size() - 1));
    String metaspace =
        "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"always\", \"split\": true}";
    return parse(
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": %s,
         "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"},
           {"type": "Strip", "strip_left": false, "strip_right": true},
           {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},
         "pre_tokenizer": %s,
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
             {"SpecialToken": {"id": "</s>", "type_id": 0}}],
           "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
             {"SpecialToken": {"id": "</s>", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}},
             {"Sequence": {"id": "B", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
           "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
             "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}},
         "decoder": %s,
         "model": {"type": "Unigram", "unk_id": 3, "byte_fallback": false, "vocab": %s}}
        """
            .formatted(
                added,
                words
                    ? "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"}, "
                        + metaspace
                        + "]}"
                    : metaspace,
                metaspace,
                vocab));
  }

  private static void merge(String word, Set<String> tokens, Set<String> merges) {
    List<String> parts = new ArrayList<>(letters(word));
    while (parts.size() > 1) {
      String left = parts.removeFirst();
      String right = parts.removeFirst();
      merges.add(left + " " + right);
      tokens.add(left + right);
      parts.addFirst(left + right);
    }
  }

  /** GPT-2's sign for a byte: itself where it is visible, otherwise from U+0100 on. */
  private static String byteSign(int value) {
    int hidden = 0;
    for (int i = 0; i <= value; i++) {
      boolean visible = (i >= '!' && i <= '~') || (i >= 0xa1 && i <= 0xac) || i >= 0xae;
      if (i == value) {
        return Character.toString(visible ? i : 0x100 + hidden);
      }
      hidden += visible ? 0 : 1;
    }
    throw new IllegalStateException();
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }

  private static List<String> letters(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  private static void piece(JsonArray vocab, String content, double score) {
    JsonArray piece = new JsonArray();
    piece.add(content);
    piece.add(score);
    vocab.add(piece);
  }

  private static JsonObject ids(Set<String> tokens) {
    JsonObject ids = new JsonObject();
    tokens.forEach(token -> ids.addProperty(token, ids.size()));
    return ids;
  }

  private static JsonArray added(List<String> contents, int firstId) {
    JsonArray added = new JsonArray();
    for (String content : contents) {
      JsonObject token = new JsonObject();
      token.addProperty("id", firstId + added.size());
      token.addProperty("content", content);
      token.addProperty("special", true);
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        token.addProperty(flag, flag.equals("lstrip") && content.equals("<mask>"));
      }
      added.add(token);
    }
    return added;
  }

  private static JsonObject parse(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }
}
