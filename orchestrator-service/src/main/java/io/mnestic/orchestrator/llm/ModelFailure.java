package io.mnestic.orchestrator.llm;

import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIInvalidDataException;
import com.openai.errors.OpenAIServiceException;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a failed request to a model means. */
final class ModelFailure {
  /** The wait that callers are told of when an endpoint is overloaded and does not say how long. */
  private static final Duration USUAL_WAIT = Duration.ofSeconds(5);

  private static final int MOST_MESSAGE_CHARS = 300;

  private ModelFailure() {}

  /** Whether the same request may succeed later. */
  static boolean mayPass(OpenAIException failure) {
    if (failure instanceof OpenAIServiceException refused) {
      int status = refused.statusCode();
      // An error that comes within a stream has the stream's status, which was 200.
      return status < 400 || status == 408 || status == 409 || status == 429 || status >= 500;
    }
    return !(failure instanceof OpenAIInvalidDataException);
  }

  /**
   * As callers are told of it.
   *
   * @param wait that the endpoint asks for; null if it asks for none
   */
  static Refusal refusal(OpenAIException failure, @Nullable Duration wait) {
    if (failure instanceof OpenAIServiceException refused) {
      return ofStatus(refused, wait);
    }
    if (failure instanceof OpenAIInvalidDataException) {
      return unavailable(
          "sent what is not OpenAI's protocol; see mnestic.orchestrator.llm.base-url");
    }
    if (isOrIsCausedBy(failure, ConnectException.class)) {
      return unavailable("can not be reached; see mnestic.orchestrator.llm.base-url");
    }
    return unavailable(
        isOrIsCausedBy(failure, InterruptedIOException.class)
            ? "fell silent"
            : "broke off its answer");
  }

  static Refusal unavailable(String what) {
    return Refusal.of(
        Reason.REASON_LLM_UNAVAILABLE, "the language model " + what + ": try again later");
  }

  private static Refusal ofStatus(OpenAIServiceException refused, @Nullable Duration wait) {
    int status = refused.statusCode();
    Refusal refusal =
        switch (status) {
          case 401, 403 ->
              Refusal.of(
                  Reason.REASON_LLM_REFUSED,
                  "the language model's endpoint refuses the key: see"
                      + " mnestic.orchestrator.llm.api-key");
          case 429 ->
              Refusal.of(
                      Reason.REASON_LLM_OVERLOADED,
                      "the language model takes no more requests now: try again later")
                  .withRetryAfter(wait == null ? USUAL_WAIT : wait);
          default ->
              mayPass(refused)
                  ? unavailable("failed: " + message(refused))
                  : Refusal.of(
                      Reason.REASON_LLM_REFUSED,
                      "the language model's endpoint refuses the request: " + message(refused));
        };
    return refusal.withMetadata("status", Integer.toString(status));
  }

  /**
   * The endpoint's own words, which name a model that is not there or a prompt that is too long.
   */
  private static String message(OpenAIServiceException refused) {
    String message = String.valueOf(refused.getMessage()).replaceAll("\\p{Cc}+", " ");
    return message.substring(0, Math.min(message.length(), MOST_MESSAGE_CHARS));
  }

  private static boolean isOrIsCausedBy(Throwable failure, Class<? extends Throwable> kind) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
