package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.Weights;
import java.io.IOException;
import java.nio.file.Path;

/** A model whose weights are put into a graph of ours. */
sealed interface WeightSource extends ModelSource permits PackagedModel, FolderModel {
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
