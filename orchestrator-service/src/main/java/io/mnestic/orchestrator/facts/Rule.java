package io.mnestic.orchestrator.facts;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way of saying something of oneself.
 *
 * @param pattern its group {@code object} is the object; a group {@code of}, if there is one, what
 *     of the subject the relation is about
 * @param relation with {@code %s} where {@code of} goes
 * @param several whether the relation holds of several objects at a time
 * @param polarity slot that it shares with its opposite; empty if it has none
 * @param ended whether it says that the relation holds no longer
 */
record Rule(Pattern pattern, String relation, boolean several, String polarity, boolean ended) {
  private static final int MOST_OBJECT_CHARS = 120;

  /** Words that stand for something which is not in the sentence. */
  private static final Pattern POINTS_ELSEWHERE =
      Pattern.compile(
          "(?i)(?:it|this|that|these|those|them|him|her|you|us|me|one|some|here|there|what|how|when"
              + "|the same|so)(?:\\b.*)?|[这那它他她你您](?:个|些|样|里|边|么|们)?.*");

  /** Where an object ends though the sentence goes on. */
  private static final Pattern CLAUSE =
      Pattern.compile(
          "(?i)[,;:.!?()—，；。！？、]|\\s(?:-|–)\\s|\\s+(?:and|but|or|because|so|since|although|though|while"
              + "|when|where|which|who|that|if|as|now|too|these days|anymore|any more|last|this|next"
              + "|today|yesterday|recently|with|for)\\b");

  /** One object at a time. */
  static Rule one(String relation, String pattern) {
    return new Rule(compile(pattern), relation, false, "", false);
  }

  /** Several objects side by side. */
  static Rule several(String relation, String pattern) {
    return new Rule(compile(pattern), relation, true, "", false);
  }

  /** One of two opposites, each of several objects. */
  static Rule opposite(String polarity, String relation, String pattern) {
    return new Rule(compile(pattern), relation, true, polarity, false);
  }

  /** That a relation holds no longer. */
  static Rule ended(String relation, String pattern) {
    return new Rule(compile(pattern), relation, false, "", true);
  }

  /** What a sentence says by this rule. */
  Optional<Statement> read(String sentence) {
    Matcher found = pattern.matcher(sentence);
    if (!found.find()) {
      return Optional.empty();
    }
    String object = object(found.group("object"));
    if (object.isEmpty() || POINTS_ELSEWHERE.matcher(object).matches()) {
      return Optional.empty();
    }
    String said = relation.contains("%s") ? relation.formatted(plainOf(found)) : relation;
    String slot = polarity.isEmpty() ? said : polarity;
    return Optional.of(
        new Statement(
            several ? slot + ": " + Statement.plain(object) : slot,
            said,
            object,
            ended,
            Since.in(sentence).orElse(null)));
  }

  private static String plainOf(Matcher found) {
    return Statement.plain(found.group("of"));
  }

  private static String object(String text) {
    Matcher end = CLAUSE.matcher(text);
    String object = (end.find() ? text.substring(0, end.start()) : text).strip();
    return object.length() > MOST_OBJECT_CHARS ? "" : object;
  }

  private static Pattern compile(String pattern) {
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }
}
