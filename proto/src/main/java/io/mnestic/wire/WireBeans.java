package io.mnestic.wire;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import io.grpc.BindableService;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micronaut.context.annotation.Factory;
import io.micronaut.core.io.ResourceResolver;
import jakarta.inject.Singleton;

/** What each service serves beside its own contract; health comes with Micronaut's gRPC module. */
@Factory
final class WireBeans {
  private static final int CHANNELZ_PAGE = 100;

  @Singleton
  BindableService reflection() {
    return ProtoReflectionServiceV1.newInstance();
  }

  @Singleton
  BindableService channelz() {
    return ChannelzService.newInstance(CHANNELZ_PAGE);
  }

  @Singleton
  Validator validator() {
    return ValidatorFactory.newBuilder().build();
  }

  /**
   * Micronaut's gRPC module wants one, and only its HTTP module, which nothing here uses, has it.
   */
  @Singleton
  ResourceResolver resources() {
    return new ResourceResolver();
  }
}
