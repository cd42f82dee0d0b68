package io.mnestic.orchestrator.space;

import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.encoder.v1.ListModelsRequest;
import io.mnestic.encoder.v1.ListModelsResponse;
import io.mnestic.encoder.v1.Model;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the encoder offers; asked once, and again when a name is not among it. */
@Singleton
public final class Models {
  private final EncoderServiceBlockingStub encoder;
  private volatile ListModelsResponse known = ListModelsResponse.getDefaultInstance();

  Models(EncoderServiceBlockingStub encoder) {
    this.encoder = encoder;
  }

  /**
   * The model of a name.
   *
   * @param name empty for the encoder's default
   * @throws Refusal UNKNOWN_MODEL
   */
  public Model model(String name) {
    return find(models -> models.getModelsList().stream().filter(m -> isNamed(m, name)).findFirst())
        .orElseThrow(() ->
            Refusal.of(
                    Reason.REASON_UNKNOWN_MODEL,
                    "the encoder has no model '"
                        + name
                        + "'; it has "
                        + known.getModelsList().stream()
                            .map(Model::getName)
                            .collect(Collectors.joining(", ")))
                .withField("model"));
  }

  /**
   * Checks that the encoder counts by this tokenizer.
   *
   * @throws Refusal UNKNOWN_TOKENIZER
   */
  public void requireTokenizer(String name) {
    if (find(models -> models.getTokenizersList().stream().filter(name::equals).findFirst())
        .isEmpty()) {
      throw Refusal.of(
              Reason.REASON_UNKNOWN_TOKENIZER,
              "no tokenizer '"
                  + name
                  + "'; there are o200k_base, cl100k_base and the encoder's "
                  + String.join(", ", known.getTokenizersList()))
          .withField("tokenizer");
    }
  }

  private <T> Optional<T> find(Function<ListModelsResponse, Optional<T>> search) {
    Optional<T> found = search.apply(known);
    if (found.isPresent()) {
      return found;
    }
    known = encoder.listModels(ListModelsRequest.getDefaultInstance());
    return search.apply(known);
  }

  private static boolean isNamed(Model model, String name) {
    return name.isEmpty() ? model.getIsDefault() : model.getName().equals(name);
  }
}
