package io.mnestic.encoder.folder;

/** How a model's token vectors become one. */
public enum FolderPooling {
  /** The network does it, or has no vector at all: it gives [texts, dimensions] or scores. */
  NONE,
  /** The first token's vector. */
  CLS,
  /** The mean of all tokens' vectors, special tokens included. */
  MEAN
}
