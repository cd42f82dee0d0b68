package io.mnestic.orchestrator.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NamedTimesTest {
  private static final Instant NOW = Instant.parse("2024-03-13T15:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "What did Ann share on 16 June, 2023?        | 2023-06-16 | 2023-06-17",
        "What happened on June 16th, 2023?           | 2023-06-16 | 2023-06-17",
        "the 3rd of Sept 2023                        | 2023-09-03 | 2023-09-04",
        "on 2023-06-16                               | 2023-06-16 | 2023-06-17",
        "2023年6月16日发生了什么                       | 2023-06-16 | 2023-06-17",
        "2023年6月                                    | 2023-06-01 | 2023-07-01",
        "Where were we in December 2023?             | 2023-12-01 | 2024-01-01",
        "on 31 June, 2023                            | 2023-06-01 | 2023-07-01",
        "Who called on 5 May?                        | 2023-05-05 | 2023-05-06",
        "What did I cook last May?                   | 2023-05-01 | 2023-06-01",
        "What did I say yesterday?                   | 2024-03-12 | 2024-03-13",
        "what was said last week                     | 2024-03-04 | 2024-03-11",
        "the plan of last month                      | 2024-02-01 | 2024-03-01",
        "the call two days ago                       | 2024-03-11 | 2024-03-12",
      })
  void aTimeIsNamed(String text, LocalDate from, LocalDate to) {
    assertThat(NamedTimes.in(text, Set.of(2023), NOW).spans())
        .singleElement()
        .satisfies(span -> {
          assertThat(span.from()).isEqualTo(from);
          assertThat(span.to()).isEqualTo(to);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "When did Ann move?",
        "May I ask what she said?",
        "on 2023-13-40",
        "march on",
        "room 12 of 16",
      })
  void noTimeIsNamed(String text) {
    assertThat(NamedTimes.in(text, Set.of(2023), NOW).spans()).isEmpty();
  }

  @Test
  void nearnessFadesWithTheDaysOutside() {
    NamedTimes day = NamedTimes.in("on 16 June, 2023", Set.of(), NOW);
    assertThat(day.nearness(Instant.parse("2023-06-16T23:59:00Z"))).isEqualTo(1);
    assertThat(day.nearness(Instant.parse("2023-06-20T00:00:00Z")))
        .isCloseTo(Math.exp(-1), within(1e-9));
    assertThat(day.nearness(Instant.parse("2022-06-16T12:00:00Z"))).isLessThan(1e-9);
  }

  @Test
  void aDateWithoutAYearIsOfAnyYearThereIs() {
    assertThat(NamedTimes.in("on 5 May", Set.of(2022, 2023), NOW).spans()).hasSize(2);
  }
}
