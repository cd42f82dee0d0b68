package io.mnestic.orchestrator.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.orchestrator.space.Models;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * The tokenizers by name. Reading the two of this process is half of the service's start, so they
 * are read once it listens; a call that comes earlier waits for the one it needs.
 */
@Singleton
public final class Tokenizers implements ApplicationEventListener<ServerStartupEvent> {
  // The default comes first.
  private static final List<EncodingType> OWN =
      List.of(EncodingType.O200K_BASE, EncodingType.CL100K_BASE);
  private static final long REMEMBERED_CHARS = 64L << 20;

  private final EncoderServiceBlockingStub encoder;
  private final Models models;
  private final EncodingRegistry registry = Encodings.newLazyEncodingRegistry();
  private final Cache<RememberingCounter.Counted, Integer> counts =
      Caffeine.newBuilder()
          .maximumWeight(REMEMBERED_CHARS)
          .weigher((RememberingCounter.Counted counted, Integer count) -> counted.weight())
          .build();

  Tokenizers(EncoderServiceBlockingStub encoder, Models models) {
    this.encoder = encoder;
    this.models = models;
  }

  @Override
  public void onApplicationEvent(ServerStartupEvent event) {
    Thread.ofPlatform().daemon().name("tokenizers").start(() -> OWN.forEach(registry::getEncoding));
  }

  /**
   * The tokenizer of a name.
   *
   * @param name empty for {@code o200k_base}
   * @throws io.mnestic.wire.Refusal UNKNOWN_TOKENIZER
   * @throws io.grpc.StatusRuntimeException ENCODER_UNAVAILABLE if only the encoder can tell
   */
  public TokenCounter named(String name) {
    return new RememberingCounter(counter(name), counts);
  }

  private TokenCounter counter(String name) {
    String wanted = name.isEmpty() ? EncodingType.O200K_BASE.getName() : name;
    for (EncodingType type : OWN) {
      if (type.getName().equals(wanted)) {
        return new BytePairCounter(registry.getEncoding(type));
      }
    }
    models.requireTokenizer(name);
    return new EncoderCounter(name, encoder);
  }
}
