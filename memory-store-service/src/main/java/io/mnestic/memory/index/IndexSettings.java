package io.mnestic.memory.index;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/**
 * How memories are found.
 *
 * @param exactLimit up to so many memories that pass the filter, each is scored; above, candidates
 *     come from the vector graph and the words
 * @param refreshInterval a search that asks for no revision sees writes at most so much late, once
 *     they are applied
 * @param graphConnections neighbours of a node in the vector graph (M of HNSW)
 * @param graphBreadth candidates looked at when a node is added (efConstruction of HNSW)
 * @param graphThreshold segments smaller than about ten times this have no graph and are scanned
 * @param bufferMegabytes memory for what is not yet written to a segment, for each open index
 */
@ConfigurationProperties("mnestic.store.index")
public record IndexSettings(
    @Bindable(defaultValue = "10000") @Min(0) int exactLimit,
    @Bindable(defaultValue = "100ms") Duration refreshInterval,
    @Bindable(defaultValue = "16") @Min(2) @Max(512) int graphConnections,
    @Bindable(defaultValue = "100") @Min(1) @Max(3200) int graphBreadth,
    @Bindable(defaultValue = "1000") @Min(0) int graphThreshold,
    @Bindable(defaultValue = "32") @Min(1) @Max(2047) int bufferMegabytes) {}
