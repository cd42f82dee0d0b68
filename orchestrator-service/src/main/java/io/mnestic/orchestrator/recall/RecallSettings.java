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
 * @param tokensWeight of the likeness of their tokens, one by one
 * @param tokensContextWeight of the likeness of their tokens, as the turn before makes them
 *     understood
 * @param lexicalWeight of the words they share (BM25)
 * @param sessionWeight of the words that query and whole session share (BM25)
 * @param neighborWeight share of the scores of the turns just before and after that lifts a turn
 * @param speakerWeight of the query naming the turn's speaker
 * @param timeWeight of the query naming the time the turn was said
 */
@ConfigurationProperties("mnestic.orchestrator.recall")
record RecallSettings(
    @Bindable(defaultValue = "200") @Min(1) @Max(1000) int candidates,
    @Bindable(defaultValue = "0.1") @PositiveOrZero double denseWeight,
    @Bindable(defaultValue = "0.1") @PositiveOrZero double denseContextWeight,
    @Bindable(defaultValue = "0.4") @PositiveOrZero double tokensWeight,
    @Bindable(defaultValue = "1.3") @PositiveOrZero double tokensContextWeight,
    @Bindable(defaultValue = "0.1") @PositiveOrZero double lexicalWeight,
    @Bindable(defaultValue = "0.3") @PositiveOrZero double sessionWeight,
    @Bindable(defaultValue = "0.15") @PositiveOrZero double neighborWeight,
    @Bindable(defaultValue = "2.0") @PositiveOrZero double speakerWeight,
    @Bindable(defaultValue = "4.0") @PositiveOrZero double timeWeight) {}
