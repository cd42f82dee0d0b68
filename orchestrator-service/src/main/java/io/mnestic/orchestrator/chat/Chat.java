package io.mnestic.orchestrator.chat;

import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.llm.Completion;
import io.mnestic.orchestrator.llm.LanguageModel;
import io.mnestic.orchestrator.llm.Prompt;
import io.mnestic.orchestrator.prompt.AssembleContext;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.ChatAnswer;
import io.mnestic.orchestrator.v1.ChatRequest;
import io.mnestic.orchestrator.v1.ChatResponse;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Answers a message: context, model, both turns. */
@Singleton
public final class Chat {
  // What OpenAI's chat format adds (openai-cookbook, "How to count tokens with tiktoken").
  private static final int TOKENS_PER_MESSAGE = 4;
  private static final int TOKENS_PER_REQUEST = 3;

  private final LanguageModel model;
  private final AssembleContext assembleContext;
  private final Exchanges exchanges;
  private final ChatSettings settings;

  Chat(
      LanguageModel model,
      AssembleContext assembleContext,
      Exchanges exchanges,
      ChatSettings settings) {
    this.model = model;
    this.assembleContext = assembleContext;
    this.exchanges = exchanges;
    this.settings = settings;
  }

  /**
   * Answers a message, without timings. Nothing is appended unless the answer is whole.
   *
   * @param events takes the context and the pieces of the answer as they come
   */
  public ChatAnswer.Builder answer(ChatRequest request, Consumer<ChatResponse> events) {
    model.requireConfigured();
    Optional<ChatAnswer.Builder> kept = exchanges.find(request);
    if (kept.isPresent()) {
      events.accept(text(kept.get().getText()));
      return kept.get();
    }
    AssembleContextResponse context = assembleContext.assemble(toAssemble(request)).build();
    events.accept(ChatResponse.newBuilder().setContext(context).build());
    Completion completion =
        model.complete(
            new Prompt(
                context.getMessagesList(),
                answerTokens(request),
                request.hasTemperature()
                    ? OptionalDouble.of(request.getTemperature())
                    : OptionalDouble.empty()),
            piece -> events.accept(text(piece)));
    if (completion.text().isBlank()) {
      throw Refusal.of(
          Reason.REASON_LLM_UNAVAILABLE,
          "the language model gave an answer without text, which is not kept: try again");
    }
    return exchanges.keep(request, completion, Citations.in(completion.text(), context));
  }

  private AssembleContextRequest toAssemble(ChatRequest request) {
    AssembleContextRequest.Builder context =
        AssembleContextRequest.newBuilder()
            .setNamespace(request.getNamespace())
            .setSessionId(request.getSessionId())
            .setQuery(request.getQuery())
            .setSystemPrompt(request.getSystemPrompt())
            .setBudgetTokens(
                request.getBudgetTokens() == 0
                    ? settings.budgetTokens()
                    : request.getBudgetTokens())
            .setReserveTokens(answerTokens(request))
            .setTokenizer(request.getTokenizer())
            .setTokensPerMessage(
                request.hasTokensPerMessage() ? request.getTokensPerMessage() : TOKENS_PER_MESSAGE)
            .setTokensPerRequest(
                request.hasTokensPerRequest() ? request.getTokensPerRequest() : TOKENS_PER_REQUEST)
            .addAllPinnedIds(request.getPinnedIdsList())
            .setFilter(request.getFilter())
            .setMinRevision(request.getMinRevision())
            .setMarkRecalled(true);
    if (request.hasMaxRecalled()) {
      context.setMaxRecalled(request.getMaxRecalled());
    }
    if (request.hasRecallShare()) {
      context.setRecallShare(request.getRecallShare());
    }
    return context.build();
  }

  private int answerTokens(ChatRequest request) {
    return request.getAnswerTokens() == 0 ? settings.answerTokens() : request.getAnswerTokens();
  }

  private static ChatResponse text(String text) {
    return ChatResponse.newBuilder().setText(text).build();
  }
}
