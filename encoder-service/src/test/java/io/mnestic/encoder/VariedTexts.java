package io.mnestic.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/** Texts of every kind that an encoder meets. */
final class VariedTexts {
  private static final String[] WORDS =
      ("memory remembers the a of Tokyo café naïve river's 1,024 e-mail https://example.org/x?y=1 "
              + "unbelievably antidisestablishmentarianism dog tomorrow meeting $5.99 C++ ÅNGSTRÖM")
          .split(" ");
  private static final String CHINESE = "记忆是人类心智的基础我们昨天在东京讨论了新的项目计划，天气很好。";
  private static final String[] EMOJI = {"😀", "👨‍👩‍👧", "🇯🇵", "❤️", "🧠", "✈️"};

  private final Random random;

  VariedTexts(long seed) {
    random = new Random(seed);
  }

  /**
   * 200 texts: single words, sentences, Chinese, emoji, control characters, mixtures, 2,000 words.
   */
  List<String> all() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add(words(1));
      texts.add(words(2 + random.nextInt(20)));
      texts.add(chinese(1 + random.nextInt(60)));
      texts.add(mixed(1 + random.nextInt(30)));
    }
    for (int i = 0; i < 15; i++) {
      texts.add(joined(1 + random.nextInt(8), n -> EMOJI[random.nextInt(EMOJI.length)], ""));
      texts.add(joined(1 + random.nextInt(20), n -> controls(), ""));
    }
    for (int i = 0; i < 2; i++) {
      texts.add(words(2_000));
      texts.add(chinese(2_000));
    }
    for (int i = 0; i < 4; i++) {
      texts.add(words(60));
    }
    texts.add(" ");
    texts.add("x".repeat(500));
    return texts;
  }

  String words(int count) {
    return joined(count, n -> WORDS[random.nextInt(WORDS.length)], " ");
  }

  String chinese(int count) {
    return joined(count, n -> CHINESE.substring(n % CHINESE.length()).substring(0, 1), "");
  }

  private String mixed(int count) {
    return joined(
        count,
        n ->
            switch (random.nextInt(4)) {
              case 0 -> chinese(3);
              case 1 -> EMOJI[random.nextInt(EMOJI.length)];
              case 2 -> controls();
              default -> words(1);
            },
        random.nextBoolean() ? " " : "");
  }

  private String controls() {
    return String.valueOf((char) random.nextInt(' '));
  }

  private static String joined(int count, IntFunction<String> part, String separator) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : separator).append(part.apply(i));
    }
    return text.toString();
  }
}
