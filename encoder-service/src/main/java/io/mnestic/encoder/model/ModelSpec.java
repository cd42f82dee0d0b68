package io.mnestic.encoder.model;

import io.mnestic.encoder.v1.Pooling;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A model that this service knows.
 *
 * @param name what requests call it
 * @param weights class path resource of its ONNX file
 * @param weightsSha256 of that file, hex
 * @param tokenizer class path resource of its Hugging Face {@code tokenizer.json}
 * @param dimensions length of its vectors
 * @param heads attention heads
 * @param maxTokens most tokens of one input, with special tokens and prompt
 * @param pooling how token vectors become one
 * @param queryPrompt the instruction it was trained to see before queries, or empty
 */
public record ModelSpec(
    String name,
    String weights,
    String weightsSha256,
    String tokenizer,
    int dimensions,
    int heads,
    int maxTokens,
    Pooling pooling,
    String queryPrompt) {
  private static final int REVISION_DIGITS = 16;

  /** Identifies the weights: vectors of different revisions do not compare. */
  public String revision() {
    return weightsSha256.substring(0, REVISION_DIGITS);
  }

  /** The content of {@code tokenizer.json}. */
  public InputStream openTokenizer() {
    return open(tokenizer);
  }

  InputStream openWeights() {
    return open(weights);
  }

  private InputStream open(String resource) {
    @Nullable InputStream stream = ModelSpec.class.getClassLoader().getResourceAsStream(resource);
    if (stream == null) {
      throw new IllegalStateException(
          resource
              + " of model "
              + name
              + " is not on the class path: the jar that has it is missing");
    }
    return stream;
  }
}
