package io.mnestic.encoder.folder;

/** What stands between the two linear layers of a feed-forward block. */
public enum Activation {
  /** {@code x Φ(x)}, with the error function (Hendrycks and Gimpel 2016). */
  GELU,
  /** The tanh approximation of the same paper. */
  GELU_TANH,
  /** {@code max(x, 0)}. */
  RELU
}
