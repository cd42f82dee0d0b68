package io.mnestic.orchestrator.facts;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Since when a statement says that it holds: a year, or a month of one. */
final class Since {
  private static final Pattern ENGLISH =
      Pattern.compile(
          "(?i)\\b(?:since|in|back in)\\s+(?:(?<month>"
              + Arrays.stream(Month.values()).map(Month::name).collect(Collectors.joining("|"))
              + ")\\s+(?:of\\s+)?)?(?<year>(?:19|20)\\d\\d)\\b");
  private static final Pattern CHINESE =
      Pattern.compile("(?<year>(?:19|20)\\d\\d)年(?:(?<month>1[0-2]|[1-9])月)?");

  private Since() {}

  static Optional<Instant> in(String sentence) {
    Matcher english = ENGLISH.matcher(sentence);
    if (english.find()) {
      String month = english.group("month");
      return Optional.of(
          start(
              english.group("year"),
              month == null ? 1 : Month.valueOf(month.toUpperCase(Locale.ROOT)).getValue()));
    }
    Matcher chinese = CHINESE.matcher(sentence);
    if (chinese.find()) {
      String month = chinese.group("month");
      return Optional.of(start(chinese.group("year"), month == null ? 1 : Integer.parseInt(month)));
    }
    return Optional.empty();
  }

  private static Instant start(String year, int month) {
    return LocalDate.of(Integer.parseInt(year), month, 1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
