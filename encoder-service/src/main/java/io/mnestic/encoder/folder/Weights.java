package io.mnestic.encoder.folder;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * The tensors of an encoder by BERT's names, such as {@code
 * encoder.layer.0.attention.self.query.weight}; matrices of linear layers are [outputs, inputs].
 */
public interface Weights {
  /** Whether there is a tensor of this name. */
  boolean has(String name);

  /** Dimensions of a tensor, outermost first. */
  List<Integer> shape(String name);

  /** Values of a tensor, row by row. */
  FloatBuffer values(String name);
}
