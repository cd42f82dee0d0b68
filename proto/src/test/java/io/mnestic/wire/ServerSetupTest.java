package io.mnestic.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSetupTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
  void listensOnLoopback(String host) {
    assertThatCode(() -> ServerSetup.requireLoopback(host)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0.0.0.0", "::", "192.168.1.1"})
  void refusesAnythingElse(String host) {
    assertThatIllegalStateException()
        .isThrownBy(() -> ServerSetup.requireLoopback(host))
        .withMessageContaining("grpc.server.host");
  }
}
