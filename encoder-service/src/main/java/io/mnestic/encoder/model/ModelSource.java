package io.mnestic.encoder.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Where a model's files come from. */
public sealed interface ModelSource permits PackagedModel {
  /** The content of {@code tokenizer.json}. */
  InputStream openTokenizer() throws IOException;

  /**
   * Has the weights read, which are open no longer than that.
   *
   * @param scratch folder for files that are needed meanwhile
   */
  void read(Path scratch, Reading reading) throws IOException;

  /** What is done with weights. */
  @FunctionalInterface
  interface Reading {
    void of(Weights weights) throws IOException;
  }
}
