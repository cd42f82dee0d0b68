package io.mnestic.wire;

import io.grpc.ServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micronaut.context.env.Environment;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * How every server listens: on loopback, one virtual thread a call, messages of up to {@link
 * #MAX_MESSAGE_BYTES}.
 */
@Singleton
public final class ServerSetup implements BeanCreatedEventListener<ServerBuilder<?>> {
  /** Largest message that servers take and channels receive: 64 MiB. */
  public static final int MAX_MESSAGE_BYTES = 64 << 20;

  private static final long MIN_KEEP_ALIVE_SECONDS = 10;

  private final Environment environment;

  ServerSetup(Environment environment) {
    this.environment = environment;
  }

  @Override
  public ServerBuilder<?> onCreated(BeanCreatedEvent<ServerBuilder<?>> event) {
    requireLoopback(environment.getProperty("grpc.server.host", String.class).orElse(""));
    NettyServerBuilder server = (NettyServerBuilder) event.getBean();
    return server
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .permitKeepAliveTime(MIN_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true);
  }

  /** There is no authentication yet, so nothing beyond this machine may reach a service. */
  static void requireLoopback(String host) {
    boolean loopback;
    try {
      loopback = !host.isEmpty() && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      loopback = false;
    }
    if (!loopback) {
      throw new IllegalStateException(
          "grpc.server.host is '"
              + host
              + "', but until authentication exists a service listens on loopback only: set it to 127.0.0.1");
    }
  }
}
