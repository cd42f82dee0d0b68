package io.mnestic.encoder.model;

/**
 * The shape of a BERT-like encoder (Devlin et al. 2019), as far as its weights do not tell it.
 *
 * @param family {@code bert}, {@code roberta}, {@code xlm-roberta} or {@code distilbert}
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

  /** What stands between the two linear layers. */
  public enum Activation {
    /** x times the normal distribution function of x. */
    GELU("torch.gelu(%s)"),
    /** The same, approximated by tanh. */
    GELU_TANH("torch.gelu(%s, approximate=\"tanh\")"),
    /** The positive part. */
    RELU("torch.relu(%s)");

    private final String code;

    Activation(String code) {
      this.code = code;
    }

    String of(String input) {
      return code.formatted(input);
    }
  }
}
