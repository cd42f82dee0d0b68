package io.mnestic.encoder.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a text can be cut so that a tokenizer gives both parts the tokens that the whole has there:
 * places where it splits by itself, and where neither side's start or end is treated apart. A
 * tokenizer that is not known to have such places is given texts whole.
 */
enum Cuts {
  /** Nowhere. */
  NEVER,
  /**
   * Before a space that ends a word. The space is the right part's: a byte-level BPE has it in the
   * next word's token, and Metaspace, which puts one before a text, then finds it there.
   */
  SPACES,
  /** BERT's: at whitespace, and beside Chinese characters and ASCII punctuation, words alone. */
  BERT,
  /** GPT-2's pattern: before a space, and between letters, numbers and punctuation. */
  BYTE_LEVEL;

  /** Letters by their type, and in fact invisible: a normaliser may drop them. */
  private static final Set<Integer> FILLERS = Set.of(0x115f, 0x1160, 0x3164, 0xffa0);

  private static final Set<String> LOCAL_NORMALIZERS =
      Set.of(
          "BertNormalizer",
          "Precompiled",
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Lowercase",
          "Nmt",
          "StripAccents");

  private static final String CLOSING = "、。，！？；：";

  /** Of a {@code tokenizer.json}. */
  static Cuts of(JsonObject root) {
    List<JsonObject> normalizers = steps(root.get("normalizer"), "normalizers");
    List<JsonObject> splitters = steps(root.get("pre_tokenizer"), "pretokenizers");
    if (splitters.isEmpty()
        || !normalizers.stream().allMatch(Cuts::isLocal)
        || !splitters.stream().allMatch(Cuts::splitsAtSpaces)) {
      return NEVER;
    }
    boolean single = splitters.size() == 1 && normalizers.size() <= 1;
    String splitter = type(splitters.getFirst());
    if (single && splitter.equals("BertPreTokenizer") && isPlainBert(normalizers)) {
      return BERT;
    }
    if (single
        && splitter.equals("ByteLevel")
        && normalizers.isEmpty()
        && !flag(splitters.getFirst(), "add_prefix_space", true)) {
      return BYTE_LEVEL;
    }
    return splitters.size() == 1 || splitter.equals("WhitespaceSplit") ? SPACES : NEVER;
  }

  /** Whether the text can be cut before the character at this index, which is inside it. */
  boolean at(String text, int index) {
    char before = text.charAt(index - 1);
    char after = text.charAt(index);
    return switch (this) {
      case NEVER -> false;
      case SPACES -> endsWord(text, index);
      case BERT ->
          before == ' ' || before == '\n' || isIdeograph(before) || isAsciiPunctuation(before);
      case BYTE_LEVEL -> endsWord(text, index) || (before != '\'' && kindChanges(before, after));
    };
  }

  private static boolean endsWord(String text, int index) {
    int before = text.codePointBefore(index);
    return text.charAt(index) == ' '
        && (Character.isLetterOrDigit(before)
            || isAsciiPunctuation(before)
            || CLOSING.indexOf(before) >= 0)
        && !FILLERS.contains(before);
  }

  /** A quote before is left alone: it may begin 's, 't, 're and the like. */
  private static boolean kindChanges(char before, char after) {
    return kind(before) != 0 && kind(after) != 0 && kind(before) != kind(after);
  }

  /** Letter, number or other of GPT-2's pattern; 0 where Unicode versions may differ. */
  private static char kind(char character) {
    if (isIdeograph(character)
        || (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')) {
      return 'L';
    }
    if (character >= '0' && character <= '9') {
      return 'N';
    }
    return isAsciiPunctuation(character) || CLOSING.indexOf(character) >= 0 ? 'O' : 0;
  }

  private static boolean isIdeograph(char character) {
    return character >= '\u4e00' && character <= '\u9fff';
  }

  private static boolean isAsciiPunctuation(int character) {
    return character > ' ' && character < 0x7f && !Character.isLetterOrDigit(character);
  }

  /** Whether it maps characters without a look at those beyond a space. */
  private static boolean isLocal(JsonObject step) {
    return switch (type(step)) {
      case "Strip" -> !flag(step, "strip_left", true);
      case "Replace" ->
          step.get("pattern") instanceof JsonObject pattern
              && pattern.get("Regex") instanceof JsonPrimitive regex
              && regex.getAsString().equals(" {2,}");
      default -> LOCAL_NORMALIZERS.contains(type(step));
    };
  }

  private static boolean splitsAtSpaces(JsonObject step) {
    return switch (type(step)) {
      case "BertPreTokenizer", "Whitespace", "WhitespaceSplit" -> true;
      case "ByteLevel" -> flag(step, "use_regex", true);
      case "Metaspace" -> flag(step, "split", true);
      default -> false;
    };
  }

  private static boolean isPlainBert(List<JsonObject> normalizers) {
    return normalizers.size() == 1
        && type(normalizers.getFirst()).equals("BertNormalizer")
        && flag(normalizers.getFirst(), "handle_chinese_chars", true);
  }

  private static List<JsonObject> steps(@Nullable JsonElement element, String listKey) {
    if (!(element instanceof JsonObject step)) {
      return List.of();
    }
    if (!(step.get(listKey) instanceof JsonArray list)) {
      return List.of(step);
    }
    List<JsonObject> steps = new ArrayList<>();
    list.forEach(part -> steps.addAll(steps(part, listKey)));
    return steps;
  }

  private static String type(JsonObject step) {
    @Nullable JsonElement type = step.get("type");
    return type == null ? "" : type.getAsString();
  }

  private static boolean flag(JsonObject step, String key, boolean otherwise) {
    @Nullable JsonElement value = step.get(key);
    return value instanceof JsonPrimitive stated ? stated.getAsBoolean() : otherwise;
  }
}
