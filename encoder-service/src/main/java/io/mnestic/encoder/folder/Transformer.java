package io.mnestic.encoder.folder;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a BERT-like encoder.
 *
 * @param layers blocks of attention and feed-forward
 * @param heads attention heads of a block
 * @param hidden length of a token's vector
 * @param intermediate width of the feed-forward block
 * @param vocabulary rows of the word table
 * @param positions rows of the position table
 * @param positionOffset its row for the first token of a text
 * @param types rows of the segment table; 0: there is none
 * @param epsilon of layer norm
 * @param classifier what makes it a cross-encoder, or null
 * @param weights the safetensors files
 */
public record Transformer(
    Family family,
    int layers,
    int heads,
    int hidden,
    int intermediate,
    int vocabulary,
    int positions,
    int positionOffset,
    int types,
    double epsilon,
    Activation activation,
    @Nullable Classifier classifier,
    List<Path> weights)
    implements Network {

  /**
   * The head of a sequence-classification model, on the first token's vector. BERT: {@code
   * classifier(tanh(pooler.dense(x)))}; RoBERTa: {@code
   * classifier.out_proj(tanh(classifier.dense(x)))}.
   *
   * @param labels scores of a text or pair
   */
  public record Classifier(int labels) {}

  /**
   * The weights, mapped into memory. Reads every value once.
   *
   * @throws InvalidModel if one is not finite: such a model gives NaN, for some texts or for all
   */
  public CanonicalWeights openWeights() {
    CanonicalWeights opened = CanonicalWeights.open(this);
    opened.checkFinite();
    return opened;
  }
}
