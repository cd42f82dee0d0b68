package io.mnestic.orchestrator.recall;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words of a query that a text has too; for people to read, so grammatical words are left out. */
final class SharedWords {
  private static final int MOST = 5;
  private static final Pattern WORD = Pattern.compile("\\p{IsHan}+|[\\p{L}\\p{N}&&[^\\p{IsHan}]]+");
  private static final Pattern ENDING = Pattern.compile("(?<=\\p{L}{3})(?:ies|es|s|ed|ing|y|e)$");
  private static final Set<String> GRAMMATICAL =
      Set.of(
          ("a about after all also am an and any are as at be because been before being both but by"
                  + " can could d did do does doing for from had has have he her here him his how i"
                  + " if in into is it its ll me more most my no not of off on once only or other"
                  + " our out over own re s she should so some such t than that the their them then"
                  + " there these they this those to too up ve very was we were what when where"
                  + " which while who whom why will with would you your")
              .split(" "));

  private final Set<String> asked = new LinkedHashSet<>();
  private final Set<String> askedHan = new LinkedHashSet<>();

  SharedWords(String query) {
    Matcher words = WORD.matcher(query.toLowerCase(Locale.ROOT));
    while (words.find()) {
      String word = words.group();
      if (isHan(word)) {
        askedHan.add(word);
      } else if (!GRAMMATICAL.contains(word)) {
        asked.add(stem(word));
      }
    }
  }

  /** The shared words as the text has them, in its order, at most {@link #MOST}. */
  List<String> with(String text) {
    Set<String> shared = new LinkedHashSet<>();
    Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (words.find() && shared.size() < MOST) {
      String word = words.group();
      if (isHan(word)) {
        askedHan.forEach(run -> addCommonRuns(run, word, shared));
      } else if (asked.contains(stem(word))) {
        shared.add(word);
      }
    }
    return shared.stream().limit(MOST).toList();
  }

  /** Chinese has no spaces: runs of two or more characters stand for words. */
  private static void addCommonRuns(String asked, String text, Set<String> shared) {
    int start = 0;
    while (start < asked.length() - 1) {
      int end = start + 2;
      if (!text.contains(asked.substring(start, end))) {
        start++;
        continue;
      }
      while (end < asked.length() && text.contains(asked.substring(start, end + 1))) {
        end++;
      }
      shared.add(asked.substring(start, end));
      start = end;
    }
  }

  private static boolean isHan(String word) {
    return Character.UnicodeScript.of(word.codePointAt(0)) == Character.UnicodeScript.HAN;
  }

  private static String stem(String word) {
    return ENDING.matcher(word).replaceFirst("");
  }
}
