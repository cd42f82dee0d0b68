package io.mnestic.memory.log;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/**
 * How the log commits.
 *
 * @param groupSize most changes made durable by one fsync
 * @param groupBytes no further change joins a group of so many bytes
 * @param queueSize changes that may wait; a further one is refused as OVERLOADED
 * @param queueBytes bytes of changes that may wait; a change beyond is refused as OVERLOADED
 * @param replyRetention how long the answer of a write with a request_id is kept
 * @param cacheBytes memory for blocks read from disk
 */
@ConfigurationProperties("mnestic.store.log")
public record LogSettings(
    @Bindable(defaultValue = "256") @Min(1) int groupSize,
    @Bindable(defaultValue = "8388608") @Min(1) int groupBytes,
    @Bindable(defaultValue = "4096") @Min(1) int queueSize,
    @Bindable(defaultValue = "268435456") @Min(1) int queueBytes,
    @Bindable(defaultValue = "24h") Duration replyRetention,
    @Bindable(defaultValue = "67108864") @Min(0) long cacheBytes) {}
