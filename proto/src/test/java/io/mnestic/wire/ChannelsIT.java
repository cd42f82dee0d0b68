package io.mnestic.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ChannelsIT {
  /** gRPC's own waits between so many attempts add up to more than three minutes. */
  private static final int ATTEMPTS = 11;

  @Test
  @Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aServiceThatWasLongAwayIsTriedAgainAndAgain() throws IOException {
    try (ServerSocket peer = new ServerSocket(0, ATTEMPTS, InetAddress.getLoopbackAddress())) {
      ManagedChannel channel = Channels.plaintext("127.0.0.1:" + peer.getLocalPort());
      try {
        assertThatThrownBy(() -> callWhileRefused(channel, peer))
            .isInstanceOf(StatusRuntimeException.class)
            .hasMessageContaining("UNAVAILABLE");
        for (int i = 1; i < ATTEMPTS; i++) {
          peer.accept().close();
        }
        assertThat(channel.isShutdown()).isFalse();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static void callWhileRefused(ManagedChannel channel, ServerSocket peer) {
    Thread.startVirtualThread(() -> {
      try {
        peer.accept().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
  }
}
