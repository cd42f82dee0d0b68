package io.mnestic.orchestrator.remembering;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RequestIdsTest {
  @Test
  void eachRpcHasIdsOfItsOwnOfAtMost200Characters() {
    assertThat(RequestIds.of("turns", "")).isEmpty();
    assertThat(RequestIds.of("turns", "1")).isNotEqualTo(RequestIds.of("remember", "1"));
    String a = RequestIds.of("remember", "x".repeat(199) + "a");
    String b = RequestIds.of("remember", "x".repeat(199) + "b");
    assertThat(a).hasSizeLessThanOrEqualTo(200).isNotEqualTo(b);
  }
}
