package io.mnestic.wire;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Channels to other services. */
public final class Channels {
  private static final long KEEP_ALIVE_SECONDS = 30;
  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;

  private Channels() {}

  /**
   * A plaintext channel that connects when first used and keeps itself alive.
   *
   * @param target a gRPC target such as {@code 127.0.0.1:7431} or {@code dns:///host:port}
   */
  public static ManagedChannel plaintext(String target) {
    return NettyChannelBuilder.forTarget(target)
        .usePlaintext()
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .maxInboundMessageSize(ServerSetup.MAX_MESSAGE_BYTES)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .build();
  }
}
