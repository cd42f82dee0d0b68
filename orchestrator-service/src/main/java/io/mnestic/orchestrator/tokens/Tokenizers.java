package io.mnestic.orchestrator.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import io.micronaut.context.annotation.Context;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.orchestrator.space.Models;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tokenizers by name; those of this process are loaded before the first call. */
@Context
public final class Tokenizers {
  private static final String DEFAULT = "o200k_base";
  private static final long REMEMBERED_CHARS = 64L << 20;

  private final EncoderServiceBlockingStub encoder;
  private final Models models;
  private final Map<String, TokenCounter> own;
  private final Cache<RememberingCounter.Counted, Integer> counts =
      Caffeine.newBuilder()
          .maximumWeight(REMEMBERED_CHARS)
          .weigher((RememberingCounter.Counted counted, Integer count) -> counted.weight())
          .build();

  Tokenizers(EncoderServiceBlockingStub encoder, Models models) {
    this.encoder = encoder;
    this.models = models;
    EncodingRegistry registry = Encodings.newLazyEncodingRegistry();
    this.own =
        Stream.of(EncodingType.O200K_BASE, EncodingType.CL100K_BASE)
            .map(type -> new BytePairCounter(registry.getEncoding(type)))
            .collect(Collectors.toMap(TokenCounter::name, counter -> counter));
  }

  /**
   * The tokenizer of a name.
   *
   * @param name empty for {@code o200k_base}
   * @throws io.mnestic.wire.Refusal UNKNOWN_TOKENIZER
   * @throws io.grpc.StatusRuntimeException ENCODER_UNAVAILABLE if only the encoder can tell
   */
  public TokenCounter named(String name) {
    TokenCounter ours = own.get(name.isEmpty() ? DEFAULT : name);
    if (ours == null) {
      models.requireTokenizer(name);
      ours = new EncoderCounter(name, encoder);
    }
    return new RememberingCounter(ours, counts);
  }
}
