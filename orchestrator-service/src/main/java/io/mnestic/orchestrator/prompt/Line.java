package io.mnestic.orchestrator.prompt;

import com.google.protobuf.Timestamp;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Turn;
import io.mnestic.orchestrator.tokens.TokenCounter;
import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A memory as it stands in a fenced block.
 *
 * @param text ends with a line feed
 * @param tokens of the text alone
 * @param gist see {@link #gist(Memory)}
 */
record Line(Memory memory, String text, int tokens, String gist) {
  /** Between digits a dot or comma makes a number, and symbols such as + and $ mean something. */
  private static final Pattern NOT_WORDS =
      Pattern.compile(
          "(?:(?<!\\p{N})[.,]|[.,](?!\\p{N})|-(?!\\p{N})|[\\p{Z}\\p{C}\\p{P}&&[^.,%#@&*/?-]])+");

  /** The lines of memories, counted in one go. */
  static List<Line> of(List<Memory> memories, TokenCounter counter) {
    return of(memories, memories.stream().map(memory -> text("", memory)).toList(), counter);
  }

  /** The same with each line's mark before it, by which a model can cite it. */
  static List<Line> marked(List<Memory> memories, TokenCounter counter) {
    List<String> texts = new ArrayList<>();
    for (int rank = 0; rank < memories.size(); rank++) {
      texts.add(text("[" + mark(rank) + "] ", memories.get(rank)));
    }
    return of(memories, texts, counter);
  }

  /** The mark of the line at a rank, from 0. */
  static String mark(int rank) {
    return "m" + (rank + 1);
  }

  private static List<Line> of(List<Memory> memories, List<String> texts, TokenCounter counter) {
    int[] tokens = counter.count(texts);
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      lines.add(new Line(memories.get(i), texts.get(i), tokens[i], gist(memories.get(i))));
    }
    return lines;
  }

  /**
   * What two memories that say the same have in common: the words of all that is shown, in their
   * order, but the date. Case and punctuation tell no two facts apart; any word may.
   */
  static String gist(Memory memory) {
    String said = said(memory);
    String words =
        NOT_WORDS.matcher(Normalizer.normalize(said, Normalizer.Form.NFKC)).replaceAll(" ").strip();
    return words.isEmpty() ? said.strip() : words.toLowerCase(Locale.ROOT);
  }

  /** Whether it is a turn that says no more than this text, whoever said it. */
  boolean isTurnOf(String said) {
    return memory.getKind() == Kind.KIND_TURN && memory.getValue().strip().equals(said.strip());
  }

  /**
   * Mark, date, speaker and text; further lines of the text are indented, so that none looks like a
   * memory.
   */
  private static String text(String mark, Memory memory) {
    String said = said(memory).strip().replaceAll("\\R", "\n  ");
    return "- " + mark + Fence.neutralise(date(memory) + said) + "\n";
  }

  private static String said(Memory memory) {
    if (memory.getKind() == Kind.KIND_TURN) {
      return speaker(memory.getTurn()) + ": " + memory.getValue();
    }
    if (memory.getKind() == Kind.KIND_EPISODE && !memory.getValue().isEmpty()) {
      return memory.getValue();
    }
    return memory.getKey().equals(memory.getValue()) || memory.getValue().isEmpty()
        ? memory.getKey()
        : memory.getKey() + ": " + memory.getValue();
  }

  private static String speaker(Turn turn) {
    return turn.getSpeaker().isEmpty()
        ? turn.getRole().name().substring("ROLE_".length()).toLowerCase(Locale.ROOT)
        : turn.getSpeaker();
  }

  private static String date(Memory memory) {
    if (memory.hasTurn()) {
      return memory.getTurn().hasSaidTime() ? day(memory.getTurn().getSaidTime()) : "";
    }
    return memory.hasValidFrom() ? day(memory.getValidFrom()) : "";
  }

  private static String day(Timestamp time) {
    Instant instant = Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    return "[" + LocalDate.ofInstant(instant, ZoneOffset.UTC) + "] ";
  }
}
