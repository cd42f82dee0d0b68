package io.mnestic.orchestrator.llm;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.Timeout;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks an endpoint that speaks OpenAI's chat completions, by OpenAI's own client. */
@Singleton
final class OpenAiModel implements LanguageModel {
  private static final String SETTINGS = "mnestic.orchestrator.llm.";

  private final LlmSettings settings;
  private @Nullable OpenAIClient client;

  OpenAiModel(LlmSettings settings) {
    this.settings = settings;
  }

  @Override
  public boolean isConfigured() {
    return missing() == null;
  }

  @Override
  public void requireConfigured() {
    @Nullable String missing = missing();
    if (missing != null) {
      throw Refusal.of(
              Reason.REASON_LLM_NOT_CONFIGURED,
              "no language model is configured: set " + SETTINGS + missing + " and restart")
          .withMetadata("setting", SETTINGS + missing);
    }
  }

  @Override
  public Completion complete(Prompt prompt, Consumer<String> onText) {
    requireConfigured();
    ChatCompletionCreateParams request = request(prompt);
    for (int attempt = 0; ; attempt++) {
      Answer answer = new Answer(String.valueOf(settings.model()), onText);
      try (Cancellation cancellation = new Cancellation()) {
        try {
          read(request, answer, cancellation);
          return answer.whole();
        } catch (OpenAIException failure) {
          cancellation.throwIfCancelled();
          boolean again =
              attempt < settings.retries() && !answer.begun() && ModelFailure.mayPass(failure);
          pause(failure, attempt, again);
          cancellation.throwIfCancelled();
        }
      }
    }
  }

  @PreDestroy
  synchronized void close() {
    if (client != null) {
      client.close();
    }
  }

  private @Nullable String missing() {
    if (!settings.hasModel()) {
      return "model";
    }
    return settings.needsKey() && !settings.hasKey() ? "api-key" : null;
  }

  private void read(ChatCompletionCreateParams request, Answer answer, Cancellation cancellation) {
    try (StreamResponse<ChatCompletionChunk> pieces =
        client().chat().completions().createStreaming(request)) {
      cancellation.closes(pieces);
      pieces.stream().forEach(answer::add);
    }
  }

  /** Waits before the next attempt; throws what there is to tell the caller if there is none. */
  private void pause(OpenAIException failure, int attempt, boolean again) {
    @Nullable Duration asked =
        failure instanceof OpenAIServiceException refused
            ? RetryWait.asked(refused.headers(), Instant.now())
            : null;
    Duration wait = asked == null ? RetryWait.usual(settings.retryDelay(), attempt) : asked;
    @Nullable Deadline callers = Context.current().getDeadline();
    boolean tooLong =
        wait.compareTo(settings.longestRetryDelay()) > 0
            || (callers != null && callers.timeRemaining(TimeUnit.MILLISECONDS) <= wait.toMillis());
    if (!again || tooLong) {
      throw ModelFailure.refusal(failure, asked);
    }
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ChatCompletionCreateParams request(Prompt prompt) {
    ChatCompletionCreateParams.Builder request =
        ChatCompletionCreateParams.builder()
            .model(String.valueOf(settings.model()))
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
    limit(request, prompt.mostTokens());
    prompt.temperature().ifPresent(request::temperature);
    prompt.messages().forEach(message -> OpenAiMessages.add(request, message));
    return request.build();
  }

  @SuppressWarnings("deprecation") // Servers other than OpenAI's know the older field alone.
  private void limit(ChatCompletionCreateParams.Builder request, int tokens) {
    if (settings.limitField().equals("max_tokens")) {
      request.maxTokens(tokens);
    } else {
      request.maxCompletionTokens(tokens);
    }
  }

  /** Made when first asked for: most installations never do, and it takes a second. */
  private synchronized OpenAIClient client() {
    if (client == null) {
      OpenAIOkHttpClient.Builder builder =
          OpenAIOkHttpClient.builder()
              .baseUrl(settings.baseUrl())
              .timeout(
                  Timeout.builder()
                      .connect(settings.connectTimeout())
                      .read(settings.silence())
                      .write(settings.silence())
                      .request(settings.deadline())
                      .build())
              .maxRetries(0)
              .disableTelemetry(true);
      if (settings.hasKey()) {
        builder.apiKey(String.valueOf(settings.apiKey()));
      } else {
        builder.apiKey("none").removeHeaders("Authorization");
      }
      client = builder.build();
    }
    return client;
  }
}
