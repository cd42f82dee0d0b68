package io.mnestic.orchestrator.llm;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint of a language model, spoken to by OpenAI's protocol for chat completions.
 *
 * @param baseUrl what {@code /chat/completions} is added to
 * @param apiKey sent as a bearer token; without it none is sent, which OpenAI itself does not take
 * @param model name of the model; without it there is no language model
 * @param limitField by which field the answer's tokens are limited
 * @param connectTimeout longest wait for a connection
 * @param silence longest wait for the first or the next piece of an answer
 * @param deadline longest whole answer
 * @param retries how often what failed before its first piece is tried again
 * @param retryDelay wait before the first retry, doubled with each, if the endpoint asks for none
 * @param longestRetryDelay a wait that the endpoint asks for beyond this is passed on to the caller
 */
@ConfigurationProperties("mnestic.orchestrator.llm")
record LlmSettings(
    @Bindable(defaultValue = LlmSettings.OPENAI) @Pattern(regexp = "https?://.+") String baseUrl,
    @Nullable String apiKey,
    @Nullable String model,
    @Bindable(defaultValue = "max_completion_tokens")
        @Pattern(regexp = "max_completion_tokens|max_tokens")
        String limitField,
    @Bindable(defaultValue = "5s") @NotNull Duration connectTimeout,
    @Bindable(defaultValue = "60s") @NotNull Duration silence,
    @Bindable(defaultValue = "10m") @NotNull Duration deadline,
    @Bindable(defaultValue = "2") @Min(0) @Max(10) int retries,
    @Bindable(defaultValue = "500ms") @NotNull Duration retryDelay,
    @Bindable(defaultValue = "20s") @NotNull Duration longestRetryDelay) {
  static final String OPENAI = "https://api.openai.com/v1";

  boolean hasModel() {
    return model != null && !model.isBlank();
  }

  boolean hasKey() {
    return apiKey != null && !apiKey.isBlank();
  }

  /** OpenAI takes no request without a key; a model server of one's own often has none. */
  boolean needsKey() {
    return baseUrl.equals(OPENAI);
  }
}
