package io.mnestic.bench.recall;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mnestic.bench.report.BadInput;
import io.mnestic.memory.v1.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads conversations in LoCoMo's format, one JSON file each. */
final class ConversationReader {
  private static final DateTimeFormatter SAID =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .appendPattern("h:mm a 'on' d MMMM, uuuu")
          .toFormatter(Locale.US);

  private final ObjectMapper json = new ObjectMapper();

  /**
   * All conversations of a folder, by file name.
   *
   * @throws BadInput if there is none, or one can not be read
   */
  List<Conversation> readAll(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new BadInput(folder + " is not a folder: give one with conversations (*.json)");
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.getFileName().toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("can not list " + folder, e);
    }
    if (files.isEmpty()) {
      throw new BadInput(folder + " holds no conversations (*.json in LoCoMo's format)");
    }
    return files.stream().map(this::read).toList();
  }

  Conversation read(Path file) {
    String fileName = file.getFileName().toString();
    String name = fileName.substring(0, fileName.length() - ".json".length());
    try {
      return conversation(name, json.readTree(file.toFile()));
    } catch (JsonProcessingException e) {
      throw new BadInput(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read " + file, e);
    } catch (Malformed e) {
      throw new BadInput(file + " is not a conversation in LoCoMo's format: " + e.getMessage(), e);
    }
  }

  /** One that is a part of this program. */
  Conversation readOwn(String resource) {
    try (InputStream text = ConversationReader.class.getResourceAsStream(resource + ".json")) {
      return conversation(resource, json.readTree(text));
    } catch (IOException e) {
      throw new UncheckedIOException("can not read " + resource, e);
    } catch (Malformed e) {
      throw new IllegalStateException(resource + ": " + e.getMessage(), e);
    }
  }

  private static Conversation conversation(String name, JsonNode root) throws Malformed {
    List<Conversation.Session> sessions = sessions(root);
    Set<TurnId> known =
        sessions.stream()
            .flatMap(session -> session.turns().stream())
            .map(Conversation.Turn::id)
            .collect(Collectors.toSet());
    return new Conversation(name, sessions, questions(root, known));
  }

  private static List<Conversation.Session> sessions(JsonNode root) throws Malformed {
    List<Conversation.Session> sessions = new ArrayList<>();
    for (int number = 1; root.has("session_" + number); number++) {
      JsonNode turns = root.get("session_" + number);
      if (!turns.isArray()) {
        throw new Malformed("session_" + number + " is not a list");
      }
      Instant start = start(root, "session_" + number + "_date_time");
      List<Conversation.Turn> read = new ArrayList<>();
      for (JsonNode turn : turns) {
        read.add(turn(turn, "session_" + number + "[" + read.size() + "]"));
      }
      sessions.add(new Conversation.Session(number, start, read));
    }
    if (sessions.stream().allMatch(session -> session.turns().isEmpty())) {
      throw new Malformed("there is no turn in session_1");
    }
    return sessions;
  }

  private static Instant start(JsonNode root, String field) throws Malformed {
    String text = text(root, field, "the conversation");
    try {
      return LocalDateTime.parse(text, SAID).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new Malformed(field + " is not a time like '1:56 pm on 8 May, 2023': " + text);
    }
  }

  private static Conversation.Turn turn(JsonNode turn, String place) throws Malformed {
    List<TurnId> ids = TurnId.allIn(text(turn, "dia_id", place));
    if (ids.size() != 1) {
      throw new Malformed(place + " has no dia_id like 'D3:12'");
    }
    String caption = turn.path("blip_caption").asText("");
    String said = text(turn, "text", place);
    return new Conversation.Turn(
        ids.getFirst(),
        Role.ROLE_USER,
        text(turn, "speaker", place),
        caption.isBlank() ? said : (said + " [" + caption + "]").strip());
  }

  /** Questions whose evidence is unknown or missing can not be measured and are left out. */
  private static List<Conversation.Question> questions(JsonNode root, Set<TurnId> known)
      throws Malformed {
    JsonNode qa = root.path("qa");
    if (!qa.isArray()) {
      throw new Malformed("qa, the list of questions, is missing");
    }
    List<Conversation.Question> questions = new ArrayList<>();
    for (int i = 0; i < qa.size(); i++) {
      Set<TurnId> evidence = new LinkedHashSet<>();
      qa.get(i).path("evidence").forEach(id -> evidence.addAll(TurnId.allIn(id.asText(""))));
      evidence.retainAll(known);
      if (!evidence.isEmpty()) {
        String place = "qa[" + i + "]";
        questions.add(
            new Conversation.Question(
                text(qa.get(i), "question", place), qa.get(i).path("category").asInt(), evidence));
      }
    }
    return questions;
  }

  private static String text(JsonNode node, String field, String place) throws Malformed {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new Malformed(place + " has no text in '" + field + "'");
    }
    return value.textValue();
  }

  /** What is wrong with a file's content. */
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }
}
