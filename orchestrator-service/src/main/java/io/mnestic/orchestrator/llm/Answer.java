package io.mnestic.orchestrator.llm;

import com.openai.errors.OpenAIIoException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.v1.FinishReason;
import io.mnestic.wire.Refusal;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An answer as its pieces come in. */
final class Answer {
  /** Most of one answer, in characters; a turn takes 1 MiB of UTF-8. */
  private static final int MOST_CHARS = (1 << 20) / 3;

  private final Consumer<String> onText;
  private final StringBuilder text = new StringBuilder();
  private String model;
  private @Nullable FinishReason finish;
  private long promptTokens;
  private long answerTokens;

  Answer(String model, Consumer<String> onText) {
    this.model = model;
    this.onText = onText;
  }

  /** Whether a piece was given on already, so that the request can not be repeated. */
  boolean begun() {
    return !text.isEmpty();
  }

  void add(ChatCompletionChunk chunk) {
    chunk._model().asKnown().ifPresent(name -> model = name);
    chunk
        .usage()
        .ifPresent(usage -> {
          promptTokens = usage._promptTokens().asKnown().orElse(0L);
          answerTokens = usage._completionTokens().asKnown().orElse(0L);
        });
    // The last chunk brings the usage and no choice; a model is never asked for two.
    List<ChatCompletionChunk.Choice> choices = chunk._choices().asKnown().orElse(List.of());
    for (ChatCompletionChunk.Choice choice : choices.subList(0, Math.min(1, choices.size()))) {
      choice.delta().content().filter(piece -> !piece.isEmpty()).ifPresent(this::add);
      choice.delta().refusal().filter(piece -> !piece.isEmpty()).ifPresent(this::add);
      choice.finishReason().ifPresent(reason -> finish = finish(reason));
    }
  }

  /**
   * The answer, once the stream has ended.
   *
   * @throws OpenAIIoException if it ended before the model was done
   */
  Completion whole() {
    if (finish == null) {
      throw new OpenAIIoException("the stream ended before the model was done");
    }
    return new Completion(text.toString(), finish, model, promptTokens, answerTokens);
  }

  private void add(String piece) {
    if (text.length() + piece.length() > MOST_CHARS) {
      throw Refusal.of(
              Reason.REASON_LLM_REFUSED,
              "the language model's answer is longer than a turn may be: lower answer_tokens")
          .withField("answer_tokens");
    }
    text.append(piece);
    onText.accept(piece);
  }

  private static FinishReason finish(ChatCompletionChunk.Choice.FinishReason reason) {
    return switch (reason.asString()) {
      case "stop" -> FinishReason.FINISH_REASON_STOP;
      case "length" -> FinishReason.FINISH_REASON_LENGTH;
      case "content_filter" -> FinishReason.FINISH_REASON_CONTENT_FILTER;
      default -> FinishReason.FINISH_REASON_UNSPECIFIED;
    };
  }
}
