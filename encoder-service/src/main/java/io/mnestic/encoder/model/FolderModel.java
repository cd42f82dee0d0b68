package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.Transformer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A user's model as weights.
 *
 * @param tokenizer its {@code tokenizer.json}
 */
record FolderModel(Path tokenizer, Transformer transformer) implements WeightSource {
  @Override
  public InputStream openTokenizer() throws IOException {
    return Files.newInputStream(tokenizer);
  }

  @Override
  public void read(Path scratch, Reading reading) throws IOException {
    reading.of(transformer.openWeights());
  }
}
