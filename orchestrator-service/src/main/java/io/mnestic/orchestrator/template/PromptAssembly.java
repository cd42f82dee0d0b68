package io.mnestic.orchestrator.template;

import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.prompt.Ledger;
import io.mnestic.orchestrator.template.Examples.Found;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.v1.BuildPromptRequest;
import io.mnestic.orchestrator.v1.BuildPromptResponse;
import io.mnestic.orchestrator.v1.ChosenExample;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.Part;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** One prompt in the making: the template's messages first, then as many examples as fit. */
final class PromptAssembly {
  private final BuildPromptRequest request;
  private final TokenCounter counter;
  private final Filling filling;
  private final int tokensPerMessage;
  private final List<Message.Builder> own;
  private final List<Chosen> chosen = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private long free;

  /**
   * Fills the template.
   *
   * @throws Refusal BUDGET_TOO_SMALL if it does not fit without examples
   */
  PromptAssembly(
      BuildPromptRequest request,
      TokenCounter counter,
      Filling filling,
      Map<String, String> values) {
    this.request = request;
    this.counter = counter;
    this.filling = filling;
    this.tokensPerMessage = request.getTokensPerMessage();
    this.own = filling.fill(values);
    this.free = request.getBudgetTokens() - required();
    own.forEach(message ->
        ledger.enter(
            Part.PART_TEMPLATE, contentTokens(message), LedgerReason.LEDGER_REASON_REQUIRED));
  }

  /** Takes examples while there are tokens for them. */
  void choose(Found found, Diversity diversity, int most) {
    diversity.offer(found.query(), found.examples(), most, example -> take(found.query(), example));
    // The nearest stands last, where models heed it most (Liu et al. 2022, "What Makes Good
    // In-Context Examples for GPT-3?").
    chosen.sort(Comparator.comparingDouble(Chosen::similarity));
  }

  BuildPromptResponse.Builder finish() {
    BuildPromptResponse.Builder reply = BuildPromptResponse.newBuilder();
    own.subList(0, own.size() - 1).forEach(reply::addMessages);
    for (Chosen one : chosen) {
      one.messages().forEach(reply::addMessages);
      reply.addExamples(
          ChosenExample.newBuilder()
              .setMemoryId(one.example().memory().getId())
              .setSimilarity(one.similarity()));
    }
    reply.addMessages(own.getLast());
    int total =
        ledger.close(
            reply.getMessagesList(),
            tokensPerMessage,
            request.getTokensPerRequest(),
            request.getReserveTokens(),
            request.getBudgetTokens());
    return reply.setTotalTokens(total).addAllLedger(ledger.entries());
  }

  private long required() {
    count(own);
    long messages = own.stream().mapToLong(Message.Builder::getTokens).sum();
    long required = messages + request.getTokensPerRequest() + request.getReserveTokens();
    if (required > request.getBudgetTokens()) {
      throw Refusal.of(
              Reason.REASON_BUDGET_TOO_SMALL,
              "budget_tokens must be at least "
                  + required
                  + ": the template's messages need "
                  + messages
                  + ", reserve_tokens "
                  + request.getReserveTokens()
                  + " and tokens_per_request "
                  + request.getTokensPerRequest())
          .withField("budget_tokens")
          .withMetadata("required_tokens", Long.toString(required));
    }
    return required;
  }

  private boolean take(Example query, Example example) {
    List<Message.Builder> messages = filling.example(example.memory());
    count(messages);
    long cost = messages.stream().mapToLong(Message.Builder::getTokens).sum();
    LedgerReason reason = LedgerReason.LEDGER_REASON_RELEVANT;
    if (chosen.stream().anyMatch(other -> other.example().repeats(example))) {
      reason = LedgerReason.LEDGER_REASON_DUPLICATE;
    } else if (cost > free) {
      reason = LedgerReason.LEDGER_REASON_OVER_BUDGET;
    }
    ledger.enter(
        Part.PART_EXAMPLE,
        example.memory(),
        messages.stream().mapToInt(this::contentTokens).sum(),
        reason);
    if (reason != LedgerReason.LEDGER_REASON_RELEVANT) {
      return false;
    }
    free -= cost;
    chosen.add(new Chosen(example, messages, query.similarity(example)));
    return true;
  }

  private void count(List<Message.Builder> messages) {
    int[] tokens = counter.count(messages.stream().map(Message.Builder::getContent).toList());
    for (int i = 0; i < tokens.length; i++) {
      messages.get(i).setTokens(tokens[i] + tokensPerMessage);
    }
  }

  private int contentTokens(Message.Builder message) {
    return message.getTokens() - tokensPerMessage;
  }

  private record Chosen(Example example, List<Message.Builder> messages, double similarity) {}
}
