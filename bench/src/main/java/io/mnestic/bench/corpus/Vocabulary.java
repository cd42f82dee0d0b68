package io.mnestic.bench.corpus;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Sentence patterns and the words that go in.
 *
 * @param slots words for each {@code {name}} of a pattern
 * @param statements what a person says, and a question that it answers
 * @param fillers what stands beside a statement
 * @param replies what the assistant says
 */
record Vocabulary(
    Map<String, List<String>> slots,
    List<Statement> statements,
    List<String> fillers,
    List<String> replies) {

  static Vocabulary read() {
    try (InputStream file = Vocabulary.class.getResourceAsStream("vocabulary.json")) {
      return new ObjectMapper().readValue(file, Vocabulary.class);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the vocabulary", e);
    }
  }

  /** A statement's pattern and the pattern of a question about it. */
  record Statement(String text, String question) {}
}
