package io.mnestic.orchestrator.chat;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * What a chat takes that does not say.
 *
 * @param budgetTokens of context and answer together
 * @param answerTokens of the answer
 */
@ConfigurationProperties("mnestic.orchestrator.chat")
record ChatSettings(
    @Bindable(defaultValue = "8192") @Min(1) @Max(10_000_000) int budgetTokens,
    @Bindable(defaultValue = "1024") @Min(1) @Max(10_000_000) int answerTokens) {}
