package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.Activation;

/**
 * The shape of a BERT-like encoder (Devlin et al. 2019), as far as its weights do not tell it.
 *
 * @param family {@code bert}, {@code roberta}, {@code xlm-roberta}, {@code distilbert}, or {@code
 *     torchscript} for a program of the user's
 * @param heads attention heads
 * @param hidden length of a token's vector
 * @param epsilon of the layer norms
 * @param paddingId id that fills up shorter inputs of a batch
 * @param firstPosition row of the position table that the first token takes
 * @param activation between the two linear layers
 * @param labels outputs of its classification head; 0 for a model that makes vectors
 */
public record Architecture(
    String family,
    int heads,
    int hidden,
    double epsilon,
    int paddingId,
    int firstPosition,
    Activation activation,
    int labels) {

  /** Whether it reads two texts together and answers with a score. */
  public boolean isCrossEncoder() {
    return labels > 0;
  }
}
