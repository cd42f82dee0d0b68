package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.FolderPooling;
import java.util.List;

/**
 * How a TorchScript program is called.
 *
 * @param inputs what its {@code forward} takes, int64 [texts, tokens] each
 * @param pooling what is left to do with its first result; NONE if that has a vector for each text
 * @param states whether its second result is the tokens' last states
 */
record Program(List<Program.Tensor> inputs, FolderPooling pooling, boolean states) {
  /** What a program can be given. */
  enum Tensor {
    /** Token ids. */
    IDS,
    /** 1 for a token, 0 for padding. */
    MASK,
    /** 1 for tokens of the second text. */
    SEGMENTS
  }

  /** For a program of {@link BertGraph}. */
  static Program ofGraph(ModelSpec spec) {
    return new Program(
        spec.architecture().isCrossEncoder()
            ? List.of(Tensor.IDS, Tensor.SEGMENTS)
            : List.of(Tensor.IDS),
        FolderPooling.NONE,
        true);
  }

  /** For a user's program. */
  static Program of(ScriptModel model) {
    return new Program(
        switch (model.script().inputs()) {
          case IDS -> List.of(Tensor.IDS);
          case IDS_MASK -> List.of(Tensor.IDS, Tensor.MASK);
          case IDS_MASK_TYPES -> List.of(Tensor.IDS, Tensor.MASK, Tensor.SEGMENTS);
        },
        model.pooling(),
        false);
  }
}
