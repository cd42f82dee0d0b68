package io.mnestic.memory.forgetting;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/**
 * How sweeps run.
 *
 * @param interval pause between two looks for namespaces to sweep
 * @param batchSize most memories forgotten by one revision
 * @param rest a namespace is left alone for so many times as long as its last sweep took
 */
@ConfigurationProperties("mnestic.store.forgetting")
public record ForgettingSettings(
    @Bindable(defaultValue = "1m") Duration interval,
    @Bindable(defaultValue = "1000") @Min(1) int batchSize,
    @Bindable(defaultValue = "20") @Min(0) int rest) {}
