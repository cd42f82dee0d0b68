package io.mnestic.orchestrator.llm;

import com.openai.core.http.Headers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** How long to wait before a request is repeated (RFC 9110, section 10.2.3). */
final class RetryWait {
  private static final Duration LONGEST = Duration.ofDays(1);

  private RetryWait() {}

  /** What {@code Retry-After} asks for, in seconds or as a date; null if it asks for nothing. */
  static @Nullable Duration asked(Headers headers, Instant now) {
    for (String value : headers.values("Retry-After")) {
      try {
        return bounded(Duration.ofMillis((long) (Double.parseDouble(value.strip()) * 1000)));
      } catch (NumberFormatException notSeconds) {
        try {
          Instant until =
              ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
          return bounded(Duration.between(now, until));
        } catch (DateTimeException unreadable) {
          // A header that can not be read asks for nothing.
        }
      }
    }
    return null;
  }

  /** The wait before a retry that nobody asked a wait for, doubled with each. */
  static Duration usual(Duration first, int attempt) {
    return first.multipliedBy(1L << Math.min(attempt, 16));
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
