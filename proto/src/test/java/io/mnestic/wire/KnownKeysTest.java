package io.mnestic.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownKeysTest {
  // Stands for a service: the test's own keys are the encoder's.
  @ConfigurationProperties("mnestic.encoder.probe")
  record Probe(@Bindable(defaultValue = "7") int maxThreads) {}

  @Test
  void takesAKeyThatARecordHas() {
    try (ApplicationContext context = run(Map.of("mnestic.encoder.probe.max-threads", 3))) {
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
    assertThatThrownBy(() -> run(Map.of("mnestic.encoder.probe.max-thread", 3)))
        .rootCause()
        .hasMessageContaining("mnestic.encoder.probe.max-thread")
        .hasMessageContaining("mnestic.encoder.probe.max-threads");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mnestic.store.data",
        "mnestic.orchestrator.no-such-key",
        "MNESTIC_STORE_LOG_QUEUE_SIZE",
        "MNESTIC_ORCHESTRATOR_STORE_TARGET"
      })
  void leavesAnotherServicesKeysToIt(String key) {
    try (ApplicationContext context = run(Map.of(key, "x"))) {
      assertThat(context.getBean(Probe.class).maxThreads()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MNESTIC_ENCODER_PROBE_MAX_THREAD",
        "mnestic.data",
        "mnestic.stores.data",
        "MNESTIC_STORE",
        "MNESTIC_STOREDATA",
      })
  void failsOnAnUnknownKeyOfItsOwnOrOfNoService(String key) {
    assertThatThrownBy(() -> run(Map.of(key, "x"))).rootCause().hasMessageContaining(key);
  }

  private static ApplicationContext run(Map<String, Object> settings) {
    return ApplicationContext.run(settings);
  }
}
