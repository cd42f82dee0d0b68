package io.mnestic.orchestrator.peers;

import io.grpc.ManagedChannel;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.mnestic.encoder.v1.EncoderServiceGrpc;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.wire.Channels;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The stubs that everything else calls the other services by. */
@Factory
final class Peers {
  @Singleton
  @Named("store")
  @Bean(preDestroy = "shutdownNow")
  ManagedChannel storeChannel(PeerSettings settings) {
    return Channels.plaintext(settings.storeTarget());
  }

  @Singleton
  @Named("encoder")
  @Bean(preDestroy = "shutdownNow")
  ManagedChannel encoderChannel(PeerSettings settings) {
    return Channels.plaintext(settings.encoderTarget());
  }

  @Singleton
  MemoryStoreServiceBlockingStub store(
      @Named("store") ManagedChannel channel, PeerSettings settings) {
    return MemoryStoreServiceGrpc.newBlockingStub(channel)
        .withInterceptors(new PeerInterceptor(Peer.STORE, settings.storeDeadline()));
  }

  @Singleton
  EncoderServiceBlockingStub encoder(
      @Named("encoder") ManagedChannel channel, PeerSettings settings) {
    return EncoderServiceGrpc.newBlockingStub(channel)
        .withInterceptors(new PeerInterceptor(Peer.ENCODER, settings.appendEncodeDeadline()));
  }
}
