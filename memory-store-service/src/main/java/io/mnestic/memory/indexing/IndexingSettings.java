package io.mnestic.memory.indexing;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/**
 * How indexes follow the log.
 *
 * @param threads namespaces that are indexed at the same time
 * @param maxTail entries of a namespace that may wait to be indexed; further writes are refused as
 *     OVERLOADED
 * @param commitInterval an index is made durable this long after a change; a crash costs indexing
 *     that much again
 * @param maxOpen open indexes; beyond it, those not used longest are closed
 * @param idleClose an index not used for so long is closed
 */
@ConfigurationProperties("mnestic.store.indexing")
public record IndexingSettings(
    @Bindable(defaultValue = "1") @Min(1) int threads,
    @Bindable(defaultValue = "100000") @Min(1) long maxTail,
    @Bindable(defaultValue = "10s") Duration commitInterval,
    @Bindable(defaultValue = "64") @Min(1) int maxOpen,
    @Bindable(defaultValue = "10m") Duration idleClose) {}
