package io.mnestic.bench.services;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.mnestic.encoder.v1.EncoderServiceGrpc;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceStub;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.wire.Channels;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Channels to the three services. Each stub is good for one call: its deadline runs from now. */
public final class Clients implements AutoCloseable {
  /** A thousand long texts can take the encoder minutes on one core. */
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private static final Duration HEALTH_DEADLINE = Duration.ofSeconds(2);

  private final Map<Service, ManagedChannel> channels = new EnumMap<>(Service.class);

  Clients(Map<Service, String> targets) {
    targets.forEach((service, target) -> channels.put(service, Channels.plaintext(target)));
  }

  /** The orchestrator, for one call. */
  public OrchestratorServiceBlockingStub orchestrator() {
    return OrchestratorServiceGrpc.newBlockingStub(channel(Service.ORCHESTRATOR))
        .withDeadlineAfter(DEADLINE);
  }

  /** The store, for one call. */
  public MemoryStoreServiceBlockingStub store() {
    return MemoryStoreServiceGrpc.newBlockingStub(channel(Service.STORE))
        .withDeadlineAfter(DEADLINE);
  }

  /** The encoder, for one call. */
  public EncoderServiceBlockingStub encoder() {
    return EncoderServiceGrpc.newBlockingStub(channel(Service.ENCODER)).withDeadlineAfter(DEADLINE);
  }

  /** The encoder, for calls that are answered to an observer; they have no deadline. */
  public EncoderServiceStub encoderCalls() {
    return EncoderServiceGrpc.newStub(channel(Service.ENCODER));
  }

  /** Whether a service says that it serves. */
  boolean isHealthy(Service service) {
    try {
      return HealthGrpc.newBlockingStub(channel(service))
              .withDeadlineAfter(HEALTH_DEADLINE)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      // A service that is not up yet refuses the connection; the channel must not back off from it.
      channel(service).resetConnectBackoff();
      return false;
    }
  }

  private ManagedChannel channel(Service service) {
    ManagedChannel channel = channels.get(service);
    if (channel == null) {
      throw new IllegalArgumentException("no target for " + service.module());
    }
    return channel;
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    try {
      for (ManagedChannel channel : channels.values()) {
        channel.awaitTermination(HEALTH_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
