package io.mnestic.encoder.batching;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How requests share a model.
 *
 * @param batchTokens most tokens of a batch, padding included; one longer passage is a batch alone
 * @param batchPadding most tokens of padding that one more passage may add to a batch
 * @param batchWait how long a batch of bulk work may wait to become full
 * @param queuePassages most passages that wait for one replica of a model, and so of one request;
 *     more are refused
 */
@ConfigurationProperties("mnestic.encoder")
public record BatchingSettings(
    @Min(1) @Bindable(defaultValue = "512") int batchTokens,
    @Min(0) @Bindable(defaultValue = "16") int batchPadding,
    @NotNull @Bindable(defaultValue = "0ms") Duration batchWait,
    @Min(1) @Bindable(defaultValue = "16384") int queuePassages) {}
