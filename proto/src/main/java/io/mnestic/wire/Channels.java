package io.mnestic.wire;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Channels to other services. */
public final class Channels {
  private static final long KEEP_ALIVE_SECONDS = 30;
  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;
  private static final long RECONNECT_MILLIS = 500;

  private Channels() {}

  /**
   * A plaintext channel that connects when first used and keeps itself alive. While the other side
   * is down, calls fail at once; it is found again within a second of its return.
   *
   * @param target a gRPC target such as {@code 127.0.0.1:7431} or {@code dns:///host:port}
   */
  public static ManagedChannel plaintext(String target) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(target)
            .usePlaintext()
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .maxInboundMessageSize(ServerSetup.MAX_MESSAGE_BYTES)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .build();
    boundBackoff(channel);
    return channel;
  }

  /** gRPC's own waits grow to two minutes and can not be set; a service starts in seconds. */
  private static void boundBackoff(ManagedChannel channel) {
    ConnectivityState state = channel.getState(false);
    switch (state) {
      case SHUTDOWN -> {}
      case TRANSIENT_FAILURE ->
          CompletableFuture.delayedExecutor(RECONNECT_MILLIS, TimeUnit.MILLISECONDS)
              .execute(() -> {
                channel.resetConnectBackoff();
                boundBackoff(channel);
              });
      default -> channel.notifyWhenStateChanged(state, () -> boundBackoff(channel));
    }
  }
}
