package io.mnestic.encoder.model;

import java.io.IOException;
import java.io.InputStream;

/** Where a model's files come from. */
public sealed interface ModelSource permits WeightSource, ScriptModel {
  /** The content of {@code tokenizer.json}. */
  InputStream openTokenizer() throws IOException;
}
