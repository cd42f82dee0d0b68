package io.mnestic.orchestrator.recall;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The days and months that a text names: "16 June, 2023", "June 16th", "2023-06-16", "2023年6月16日",
 * "May 2023", "in May", "yesterday", "two weeks ago", "last month". Days are days of UTC.
 *
 * @param spans of all that are named
 */
record NamedTimes(List<Span> spans) {
  private static final Map<String, Month> MONTHS = months();
  private static final String MONTH =
      MONTHS.keySet().stream()
          .sorted((a, b) -> b.length() - a.length())
          .collect(Collectors.joining("|", "(", ")\\.?"));
  private static final String DAY = "(\\d{1,2})(?:st|nd|rd|th)?";
  private static final String YEAR = ",? +(\\d{4})\\b";
  private static final List<String> COUNTS =
      List.of("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

  private static final Pattern ISO = Pattern.compile("\\b(\\d{4})-(\\d{1,2})-(\\d{1,2})\\b");
  private static final Pattern CHINESE = Pattern.compile("(\\d{4})年(\\d{1,2})月(?:(\\d{1,2})[日号])?");
  private static final Pattern DAY_MONTH_YEAR =
      Pattern.compile("\\b" + DAY + "(?: +of)? +" + MONTH + YEAR);
  private static final Pattern MONTH_DAY_YEAR = Pattern.compile("\\b" + MONTH + " +" + DAY + YEAR);
  private static final Pattern MONTH_YEAR = Pattern.compile("\\b" + MONTH + YEAR);
  private static final Pattern DAY_MONTH =
      Pattern.compile("\\b" + DAY + "(?: +of)? +" + MONTH + "(?![\\p{L}\\p{N}])");
  private static final Pattern MONTH_DAY =
      Pattern.compile("\\b" + MONTH + " +" + DAY + "(?![\\p{L}\\p{N}])");
  private static final Pattern BARE_MONTH =
      Pattern.compile(
          "\\b(?:in|during|since|last|this|of|early|late|mid) +" + MONTH + "(?![\\p{L}\\p{N}])");
  private static final Pattern AGO =
      Pattern.compile("\\b(\\d{1,3}|" + String.join("|", COUNTS) + ") +(day|week|month)s? +ago\\b");
  private static final Pattern LAST = Pattern.compile("\\b(yesterday|last +week|last +month)\\b");

  /**
   * Finds them; the more exact a date is given, the less is looked for any other.
   *
   * @param years that a date without a year may be of
   * @param now what "yesterday" is the day before of
   */
  static NamedTimes in(String text, Set<Integer> years, Instant now) {
    String lower = text.toLowerCase(Locale.ROOT);
    List<Span> spans = new ArrayList<>();
    add(spans, lower, ISO, at -> day(number(at, 1), number(at, 2), number(at, 3)));
    add(spans, lower, CHINESE, NamedTimes::chinese);
    add(spans, lower, DAY_MONTH_YEAR, at -> day(number(at, 3), month(at, 2), number(at, 1)));
    add(spans, lower, MONTH_DAY_YEAR, at -> day(number(at, 3), month(at, 1), number(at, 2)));
    if (spans.isEmpty()) {
      add(spans, lower, MONTH_YEAR, at -> month(number(at, 2), month(at, 1)));
    }
    if (spans.isEmpty()) {
      for (int year : years) {
        add(spans, lower, DAY_MONTH, at -> day(year, month(at, 2), number(at, 1)));
        add(spans, lower, MONTH_DAY, at -> day(year, month(at, 1), number(at, 2)));
      }
    }
    if (spans.isEmpty()) {
      for (int year : years) {
        add(spans, lower, BARE_MONTH, at -> month(year, month(at, 1)));
      }
    }
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    add(spans, lower, AGO, at -> ago(today, count(at.group(1)), at.group(2)));
    add(spans, lower, LAST, at -> last(today, at.group(1)));
    return new NamedTimes(spans);
  }

  /** How near a time is to the nearest of them: 1 inside, less with each day away, 0 to 1. */
  double nearness(Instant time) {
    double nearest = 0;
    for (Span span : spans) {
      nearest = Math.max(nearest, span.nearness(time));
    }
    return nearest;
  }

  private static void add(
      List<Span> spans, String text, Pattern pattern, Function<MatchResult, Span> span) {
    pattern
        .matcher(text)
        .results()
        .forEach(match -> {
          try {
            spans.add(span.apply(match));
          } catch (DateTimeException e) {
            // Such as 31 June: there is no such day, though its month may still be named.
          }
        });
  }

  private static Span chinese(MatchResult at) {
    return at.group(3) == null
        ? month(number(at, 1), number(at, 2))
        : day(number(at, 1), number(at, 2), number(at, 3));
  }

  private static Span ago(LocalDate today, int count, String unit) {
    return switch (unit) {
      case "day" -> new Span(today.minusDays(count), today.minusDays(count - 1L), 1);
      case "week" ->
          new Span(today.minusWeeks(count).minusDays(2), today.minusWeeks(count).plusDays(3), 3);
      default ->
          new Span(today.minusMonths(count).minusDays(7), today.minusMonths(count).plusDays(8), 10);
    };
  }

  private static Span last(LocalDate today, String named) {
    if (named.equals("yesterday")) {
      return new Span(today.minusDays(1), today, 1);
    }
    LocalDate monday = today.minusDays(today.getDayOfWeek().getValue() - 1L);
    return named.endsWith("week")
        ? new Span(monday.minusWeeks(1), monday, 3)
        : new Span(today.minusMonths(1).withDayOfMonth(1), today.withDayOfMonth(1), 10);
  }

  private static Span day(int year, int month, int day) {
    LocalDate date = LocalDate.of(year, month, day);
    return new Span(date, date.plusDays(1), 3);
  }

  private static Span month(int year, int month) {
    YearMonth named = YearMonth.of(year, month);
    return new Span(named.atDay(1), named.plusMonths(1).atDay(1), 10);
  }

  private static int number(MatchResult at, int group) {
    return Integer.parseInt(at.group(group));
  }

  private static int month(MatchResult at, int group) {
    Month month = MONTHS.get(at.group(group));
    if (month == null) {
      throw new DateTimeException("no month");
    }
    return month.getValue();
  }

  private static int count(String text) {
    return Character.isDigit(text.charAt(0))
        ? Integer.parseInt(text)
        : Math.max(1, COUNTS.indexOf(text));
  }

  private static Map<String, Month> months() {
    Map<String, Month> months = new HashMap<>();
    for (Month month : Month.values()) {
      for (TextStyle style : Arrays.asList(TextStyle.FULL, TextStyle.SHORT)) {
        months.put(month.getDisplayName(style, Locale.ENGLISH).toLowerCase(Locale.ROOT), month);
      }
    }
    months.put("sept", Month.SEPTEMBER);
    return months;
  }

  /**
   * What one expression names.
   *
   * @param from first day
   * @param to day after the last
   * @param fade days outside after which nearness is down to 1/e
   */
  record Span(LocalDate from, LocalDate to, double fade) {
    double nearness(Instant time) {
      Instant begin = from.atStartOfDay().toInstant(ZoneOffset.UTC);
      Instant end = to.atStartOfDay().toInstant(ZoneOffset.UTC);
      Duration away =
          time.isBefore(begin)
              ? Duration.between(time, begin)
              : time.isBefore(end) ? Duration.ZERO : Duration.between(end, time);
      return Math.exp(-(away.toSeconds() / (double) Duration.ofDays(1).toSeconds()) / fade);
    }
  }
}
