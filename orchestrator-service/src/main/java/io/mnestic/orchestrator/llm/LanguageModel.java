package io.mnestic.orchestrator.llm;

import java.util.function.Consumer;

/** A chat model on the other side of a network: what is optional everywhere in this service. */
public interface LanguageModel {
  /** Whether there is one to ask. */
  boolean isConfigured();

  /**
   * Makes sure that there is one to ask.
   *
   * @throws io.mnestic.wire.Refusal LLM_NOT_CONFIGURED that names the setting to make
   */
  void requireConfigured();

  /**
   * Asks the model and waits for the whole answer. What fails before the first piece came is tried
   * again as the settings say; nothing is tried again after that, for a second answer would be
   * another one. Cancelling gRPC's current context ends the call.
   *
   * @param onText takes each piece of the text as it comes, never empty; what it throws ends the
   *     call
   * @throws io.mnestic.wire.Refusal LLM_NOT_CONFIGURED, LLM_REFUSED, LLM_OVERLOADED or
   *     LLM_UNAVAILABLE
   * @throws io.grpc.StatusRuntimeException CANCELLED or DEADLINE_EXCEEDED with the context
   */
  Completion complete(Prompt prompt, Consumer<String> onText);
}
