package io.mnestic.orchestrator.compaction;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How turns become episodes and episodes themes. Tokens are counted by {@code o200k_base}.
 *
 * @param windowTokens newest turns that are not summarised, where a session's window does not say
 * @param episodeTokens turns of one episode, at most, unless one turn alone has more
 * @param episodeGap a pause this long ends an episode
 * @param summaryTokens of one summary, at most, unless one sentence alone has more
 * @param fan episodes of one theme
 * @param encodeDeadline longest wait for one call of the encoder
 */
@ConfigurationProperties("mnestic.orchestrator.compaction")
record CompactionSettings(
    @Bindable(defaultValue = "4000") @Min(0) int windowTokens,
    @Bindable(defaultValue = "800") @Min(1) int episodeTokens,
    @Bindable(defaultValue = "2h") @NotNull Duration episodeGap,
    @Bindable(defaultValue = "120") @Min(1) int summaryTokens,
    @Bindable(defaultValue = "8") @Min(2) int fan,
    @Bindable(defaultValue = "1m") @NotNull Duration encodeDeadline) {}
