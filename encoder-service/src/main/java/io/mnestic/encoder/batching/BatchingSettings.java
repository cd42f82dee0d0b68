package io.mnestic.encoder.batching;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;

/**
 * How requests share a model.
 *
 * @param batchTokens most tokens of a batch, padding included; one longer passage is a batch alone
 * @param queuePassages most passages that wait for one model, and so of one request; more are
 *     refused
 */
@ConfigurationProperties("mnestic.encoder")
public record BatchingSettings(
    @Min(1) @Bindable(defaultValue = "2048") int batchTokens,
    @Min(1) @Bindable(defaultValue = "16384") int queuePassages) {}
