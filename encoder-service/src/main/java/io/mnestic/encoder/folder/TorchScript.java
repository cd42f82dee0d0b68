package io.mnestic.encoder.folder;

import java.nio.file.Path;

/**
 * A program with its weights. With pooling NONE it gives [texts, dimensions], otherwise [texts,
 * tokens, dimensions].
 *
 * @param file {@code model.pt}
 * @param inputs what its {@code forward} takes
 */
public record TorchScript(Path file, Inputs inputs) implements Network {
  /** Tensors of int64 [texts, tokens], in this order. */
  public enum Inputs {
    /** Token ids alone. */
    IDS,
    /** Token ids, and 1 for a token, 0 for padding. */
    IDS_MASK,
    /** Token ids, mask, and the segment of each token. */
    IDS_MASK_TYPES
  }
}
