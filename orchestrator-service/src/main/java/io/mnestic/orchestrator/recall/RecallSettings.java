package io.mnestic.orchestrator.recall;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.PositiveOrZero;

/**
 * How recall weighs its lanes. Scores of the store's lanes are normalised (mean 0, deviation 1), so
 * the weights compare.
 *
 * @param candidates memories that the store ranks for one recall
 * @param denseWeight of the likeness of query and memory
 * @param denseContextWeight of the likeness of query and turn with the one before it
 * @param lexicalWeight of the words they share (BM25)
 * @param sessionWeight of the words that query and whole session share (BM25)
 * @param neighborWeight share of the scores of the turns just before and after that lifts a turn
 * @param speakerWeight of the query naming the turn's speaker
 */
@ConfigurationProperties("mnestic.orchestrator.recall")
record RecallSettings(
    @Bindable(defaultValue = "200") @Min(1) @Max(1000) int candidates,
    @Bindable(defaultValue = "1.0") @PositiveOrZero double denseWeight,
    @Bindable(defaultValue = "0.8") @PositiveOrZero double denseContextWeight,
    @Bindable(defaultValue = "0.5") @PositiveOrZero double lexicalWeight,
    @Bindable(defaultValue = "0.6") @PositiveOrZero double sessionWeight,
    @Bindable(defaultValue = "0.25") @PositiveOrZero double neighborWeight,
    @Bindable(defaultValue = "1.5") @PositiveOrZero double speakerWeight) {}
