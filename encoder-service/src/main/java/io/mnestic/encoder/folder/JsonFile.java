package io.mnestic.encoder.folder;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A JSON object and the file it is from, which every refusal names. */
record JsonFile(Path file, JsonObject root) {
  static JsonFile read(Path file) {
    return new JsonFile(file, object(file, readElement(file)));
  }

  /** Empty if the file is not there. */
  static JsonFile readIfPresent(Path file) {
    return Files.exists(file) ? read(file) : new JsonFile(file, new JsonObject());
  }

  static JsonElement readElement(Path file) {
    try {
      return parse(file, Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new InvalidModel(file + " is missing", e);
    } catch (CharacterCodingException e) {
      throw new InvalidModel(file + " is not UTF-8", e);
    } catch (IOException e) {
      throw new InvalidModel(file + " can not be read: " + e.getMessage(), e);
    }
  }

  /** One JSON document, to the letter of RFC 8259: what is lenient here is a guess elsewhere. */
  static JsonElement parse(Path file, String text) {
    try (Reader characters = new StringReader(text);
        JsonReader reader = new JsonReader(characters)) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw InvalidModel.of(file, "something follows the JSON document");
      }
      return element;
    } catch (JsonParseException | IOException | IllegalStateException | NumberFormatException e) {
      throw new InvalidModel(file + ": not well-formed JSON: " + e.getMessage(), e);
    }
  }

  static JsonObject object(Path file, JsonElement element) {
    if (!element.isJsonObject()) {
      throw InvalidModel.of(file, "must hold a JSON object");
    }
    return element.getAsJsonObject();
  }

  boolean has(String key) {
    return get(key) != null;
  }

  int size(String key) {
    return size(key, Integer.MIN_VALUE);
  }

  /** A whole number of at least 1. */
  int size(String key, int otherwise) {
    int value = integer(key, otherwise);
    if (value < 1) {
      throw bad(key, "must be at least 1");
    }
    return value;
  }

  int integer(String key, int otherwise) {
    @Nullable JsonElement value = get(key);
    if (value == null) {
      if (otherwise == Integer.MIN_VALUE) {
        throw InvalidModel.of(file, key + " is missing");
      }
      return otherwise;
    }
    return integer(key, value);
  }

  double number(String key, double otherwise) {
    @Nullable JsonElement value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw bad(key, "must be a number");
    }
    return value.getAsDouble();
  }

  boolean flag(String key, boolean otherwise) {
    @Nullable JsonElement value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
      throw bad(key, "must be true or false");
    }
    return value.getAsBoolean();
  }

  String text(String key, String otherwise) {
    @Nullable JsonElement value = get(key);
    if (value == null) {
      return otherwise;
    }
    return text(key, value);
  }

  /** A list of sizes, empty if the key is not there. */
  List<Integer> sizes(String key) {
    List<Integer> sizes = new ArrayList<>();
    for (JsonElement element : list(key)) {
      sizes.add(integer(key, element));
    }
    return sizes;
  }

  /** Where something starts and ends. */
  List<Long> offsets(String key) {
    List<JsonElement> list = list(key);
    if (list.size() != 2) {
      throw bad(key, "must be a start and an end");
    }
    try {
      return List.of(exact(list.getFirst()), exact(list.getLast()));
    } catch (ArithmeticException | NumberFormatException | UnsupportedOperationException e) {
      throw bad(key, "must be two whole numbers", e);
    }
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : list(key)) {
      texts.add(text(key, element));
    }
    return texts;
  }

  /** An object under a key, empty if it is not there. */
  JsonFile part(String key) {
    @Nullable JsonElement value = get(key);
    if (value == null) {
      return new JsonFile(file, new JsonObject());
    }
    if (!value.isJsonObject()) {
      throw bad(key, "must be an object");
    }
    return new JsonFile(file, value.getAsJsonObject());
  }

  void onlyKeys(Set<String> known) {
    Set<String> unknown = new TreeSet<>(root.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw InvalidModel.of(file, "unknown " + unknown + ": the keys are " + new TreeSet<>(known));
    }
  }

  InvalidModel bad(String key, String rule) {
    return bad(key, rule, null);
  }

  private InvalidModel bad(String key, String rule, @Nullable Exception cause) {
    String message = "%s: %s is %s: it %s".formatted(file, key, get(key), rule);
    return cause == null ? new InvalidModel(message) : new InvalidModel(message, cause);
  }

  /** Null if missing or null in the file. */
  private @Nullable JsonElement get(String key) {
    @Nullable JsonElement value = root.get(key);
    return value == null || value.isJsonNull() ? null : value;
  }

  private List<JsonElement> list(String key) {
    @Nullable JsonElement value = get(key);
    if (value == null) {
      return List.of();
    }
    if (!value.isJsonArray()) {
      throw bad(key, "must be a list");
    }
    return value.getAsJsonArray().asList();
  }

  private static long exact(JsonElement value) {
    return new BigDecimal(value.getAsString()).longValueExact();
  }

  private String text(String key, JsonElement value) {
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw bad(key, "must be text");
    }
    return value.getAsString();
  }

  private int integer(String key, JsonElement value) {
    try {
      if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
        return new BigDecimal(value.getAsString()).intValueExact();
      }
    } catch (ArithmeticException e) {
      throw bad(key, "must be a whole number below 2^31", e);
    }
    throw bad(key, "must be a whole number");
  }
}
