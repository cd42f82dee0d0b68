package io.mnestic.bench.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation written for the demo, and what is asked about it.
 *
 * @param model the encoder's model of its namespace
 * @param user the person's name
 * @param budget tokens of each context
 */
record Script(
    String title,
    String namespace,
    String model,
    String user,
    String system,
    List<Fact> memories,
    List<Sitting> sessions,
    List<Question> questions,
    int budget) {

  /** Reads a script of this package's resources. */
  static Script read(String name) {
    try (InputStream file = Script.class.getResourceAsStream(name + ".json")) {
      return new ObjectMapper().readValue(file, Script.class);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the demo " + name, e);
    }
  }

  /** Turns in all sessions. */
  int turnCount() {
    return sessions.stream().mapToInt(sitting -> sitting.turns().size()).sum();
  }

  /** What is remembered beside the turns: {@code value} is given back where {@code key} matches. */
  record Fact(String label, String kind, String key, String value, boolean pinned) {}

  /** One session; {@code start} as in {@code 2026-03-02T18:20:00Z}. */
  record Sitting(String id, String title, String start, List<Line> turns) {}

  /** One turn; a label is what questions refer to. */
  record Line(
      String role,
      String text,
      @Nullable String label,
      @JsonProperty("tool_calls") @Nullable List<Call> toolCalls,
      @JsonProperty("tool_call_id") @Nullable String toolCallId) {}

  /** A tool call. */
  record Call(String id, String name, String arguments) {}

  /** A question, and the labels of what a good context for it holds. */
  record Question(String text, List<String> expects) {}
}
