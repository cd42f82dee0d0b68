package io.mnestic.orchestrator.llm;

import io.mnestic.orchestrator.v1.FinishReason;

/**
 * A model's whole answer.
 *
 * @param text all of it, perhaps blank
 * @param finish why it stopped
 * @param model as it names itself
 * @param promptTokens as it counts them; 0 if it does not say
 * @param answerTokens as it counts them; 0 if it does not say
 */
public record Completion(
    String text, FinishReason finish, String model, long promptTokens, long answerTokens) {}
