package io.mnestic.orchestrator.backfill;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How missing vectors are filled in.
 *
 * @param interval between two looks for memories without vectors
 * @param batchSize memories that are encoded in one call; small, so that queries get their turn
 * @param encodeDeadline longest wait for one call of the encoder, of up to 128 Ki characters
 */
@ConfigurationProperties("mnestic.orchestrator.backfill")
record BackfillSettings(
    @Bindable(defaultValue = "5s") @NotNull Duration interval,
    @Bindable(defaultValue = "16") @Min(1) int batchSize,
    @Bindable(defaultValue = "10m") @NotNull Duration encodeDeadline) {}
