package io.mnestic.memory.watch;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/**
 * Limits of change feeds.
 *
 * @param maxOpen open watches; a further one is refused as OVERLOADED
 * @param heartbeat how often a watch without news is told that it is up to date
 */
@ConfigurationProperties("mnestic.store.watch")
public record WatchSettings(
    @Bindable(defaultValue = "1000") @Min(1) int maxOpen,
    @Bindable(defaultValue = "30s") Duration heartbeat) {}
