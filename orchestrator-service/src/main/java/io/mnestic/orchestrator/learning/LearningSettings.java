package io.mnestic.orchestrator.learning;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How trainings are kept going.
 *
 * @param resumeInterval between two looks for trainings whose instance is gone
 * @param lease how long an instance that says nothing is believed to train still
 */
@ConfigurationProperties("mnestic.orchestrator.learning")
record LearningSettings(
    @Bindable(defaultValue = "30s") @NotNull Duration resumeInterval,
    @Bindable(defaultValue = "15s") @NotNull Duration lease) {}
