package io.mnestic.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnownKeysTest {
  @ConfigurationProperties("mnestic.probe")
  record Probe(@Bindable(defaultValue = "7") int maxThreads) {}

  @Test
  void takesAKeyThatARecordHas() {
    try (ApplicationContext context = run(Map.of("mnestic.probe.max-threads", 3))) {
      assertThat(context.getBean(Probe.class).maxThreads()).isEqualTo(3);
    }
  }

  @Test
  void keepsTheDefault() {
    try (ApplicationContext context = run(Map.of())) {
      assertThat(context.getBean(Probe.class).maxThreads()).isEqualTo(7);
    }
  }

  @Test
  void failsOnAMisspeltKey() {
    assertThatThrownBy(() -> run(Map.of("mnestic.probe.max-thread", 3)))
        .rootCause()
        .hasMessageContaining("mnestic.probe.max-thread")
        .hasMessageContaining("mnestic.probe.max-threads");
  }

  private static ApplicationContext run(Map<String, Object> settings) {
    return ApplicationContext.run(settings);
  }
}
