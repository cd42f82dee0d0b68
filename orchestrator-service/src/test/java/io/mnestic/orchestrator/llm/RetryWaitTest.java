package io.mnestic.orchestrator.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.http.Headers;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RetryWaitTest {
  private static final Instant NOW = Instant.parse("2026-11-25T13:00:00Z");

  @Test
  void readsSecondsAndDates() {
    assertThat(asked("7")).isEqualTo(Duration.ofSeconds(7));
    assertThat(asked(" 0.25 ")).isEqualTo(Duration.ofMillis(250));
    assertThat(asked("Wed, 25 Nov 2026 13:02:00 GMT")).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void neverWaitsForThePastOrForEver() {
    assertThat(asked("-5")).isEqualTo(Duration.ZERO);
    assertThat(asked("Wed, 25 Nov 2026 12:00:00 GMT")).isEqualTo(Duration.ZERO);
    assertThat(asked("1e300")).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void whatCanNotBeReadAsksForNothing() {
    assertThat(asked("soon")).isNull();
    assertThat(asked("")).isNull();
    assertThat(RetryWait.asked(Headers.builder().build(), NOW)).isNull();
  }

  @Test
  void theUsualWaitDoubles() {
    assertThat(RetryWait.usual(Duration.ofMillis(500), 0)).isEqualTo(Duration.ofMillis(500));
    assertThat(RetryWait.usual(Duration.ofMillis(500), 3)).isEqualTo(Duration.ofSeconds(4));
  }

  private static @Nullable Duration asked(String header) {
    return RetryWait.asked(Headers.builder().put("retry-after", header).build(), NOW);
  }
}
