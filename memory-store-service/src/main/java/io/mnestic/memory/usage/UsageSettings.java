package io.mnestic.memory.usage;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/**
 * How uses of memories are counted.
 *
 * @param flushInterval how often counts go to disk; a crash loses those since
 * @param maxWaiting memories whose counts may wait; of further ones uses are not counted until the
 *     next flush
 */
@ConfigurationProperties("mnestic.store.usage")
public record UsageSettings(
    @Bindable(defaultValue = "5s") Duration flushInterval,
    @Bindable(defaultValue = "100000") @Min(1) int maxWaiting) {}
