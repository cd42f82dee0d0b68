package io.mnestic.bench.corpus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Conversations made from seeded patterns: a person's statements and an assistant's replies in
 * turn, no text twice. The same seed and count give the same turns.
 */
public final class Corpus {
  private static final Pattern SLOT = Pattern.compile("\\{(\\w+?)(\\d?)}");
  private static final double FILLER_SHARE = 0.6;
  private static final int MAX_AMOUNT = 1_900;
  private static final int MAX_DAY = 28;
  private static final int HOURS = 14;
  private static final int FIRST_HOUR = 7;
  private static final int MIN_AGE = 18;
  private static final int AGES = 70;

  private final Vocabulary vocabulary = Vocabulary.read();
  private final SplittableRandom random;
  private final Set<String> said = new HashSet<>();

  private Corpus(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** {@code count} turns; those that a question can be asked about hold it. */
  public static List<Turn> turns(int count, long seed) {
    Corpus corpus = new Corpus(seed);
    List<Turn> turns = new ArrayList<>(count);
    while (turns.size() < count) {
      turns.add(turns.size() % 2 == 0 ? corpus.statement() : corpus.reply());
    }
    return turns;
  }

  private Turn statement() {
    while (true) {
      Map<String, String> words = new HashMap<>();
      Vocabulary.Statement pattern = pick(vocabulary.statements());
      String text = fill(pattern.text(), words);
      String question = fill(pattern.question(), words);
      if (random.nextDouble() < FILLER_SHARE) {
        text += " " + fill(pick(vocabulary.fillers()), new HashMap<>());
      }
      if (said.add(text)) {
        return new Turn(text, question);
      }
    }
  }

  private Turn reply() {
    while (true) {
      String text =
          fill(pick(vocabulary.replies()), new HashMap<>())
              + " "
              + fill(pick(vocabulary.replies()), new HashMap<>());
      if (said.add(text)) {
        return new Turn(text, "");
      }
    }
  }

  /** Puts words into a pattern's slots, the same word wherever the same slot comes again. */
  private String fill(String pattern, Map<String, String> words) {
    String text =
        SLOT.matcher(pattern)
            .replaceAll(slot -> words.computeIfAbsent(slot.group(), name -> word(slot.group(1))));
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private String word(String slot) {
    return switch (slot) {
      case "number" -> Integer.toString(1 + random.nextInt(MAX_AMOUNT));
      case "day" -> Integer.toString(1 + random.nextInt(MAX_DAY));
      case "hour" -> (FIRST_HOUR + random.nextInt(HOURS)) + (random.nextBoolean() ? ":30" : ":15");
      case "age" -> Integer.toString(MIN_AGE + random.nextInt(AGES));
      case "code" -> Integer.toString(random.nextInt(1 << 30), Character.MAX_RADIX);
      default -> pick(vocabulary.slots().getOrDefault(slot, List.of(slot)));
    };
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /**
   * A made-up turn.
   *
   * @param question what could be asked about it; empty for an assistant's reply
   */
  public record Turn(String text, String question) {}
}
