package io.mnestic.orchestrator.llm;

import io.mnestic.orchestrator.v1.Message;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a model is asked.
 *
 * @param messages in order, as a chat model takes them
 * @param mostTokens of the answer
 * @param temperature of sampling; empty for the model's own
 */
public record Prompt(List<Message> messages, int mostTokens, OptionalDouble temperature) {
  /** Keeps its own list. */
  public Prompt {
    messages = List.copyOf(messages);
  }
}
