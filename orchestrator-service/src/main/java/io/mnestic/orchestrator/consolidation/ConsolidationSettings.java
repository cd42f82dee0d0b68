package io.mnestic.orchestrator.consolidation;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * What is consolidated, and when.
 *
 * @param background what is done without being asked: nothing; episodes of sessions whose window
 *     has a running summary; or everything in every namespace
 * @param interval between two looks for work
 * @param hold how long after its last sign of life an instance is taken to work at it; another one
 *     taking over too early costs work done twice, never a wrong result
 * @param repetition least cosine of two turns of one speaker that say the same
 */
@ConfigurationProperties("mnestic.orchestrator.consolidation")
record ConsolidationSettings(
    @Bindable(defaultValue = "SUMMARIES") @NotNull Background background,
    @Bindable(defaultValue = "10s") @NotNull Duration interval,
    @Bindable(defaultValue = "2m") @NotNull Duration hold,
    @Bindable(defaultValue = "0.95") @DecimalMin("0.5") @DecimalMax("1") double repetition) {
  enum Background {
    OFF,
    SUMMARIES,
    ALL
  }
}
