package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.FolderPooling;
import io.mnestic.encoder.folder.TorchScript;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A user's model as a program.
 *
 * @param tokenizer its {@code tokenizer.json}
 * @param pooling what is left to do with what it answers
 */
record ScriptModel(Path tokenizer, TorchScript script, FolderPooling pooling)
    implements ModelSource {
  @Override
  public InputStream openTokenizer() throws IOException {
    return Files.newInputStream(tokenizer);
  }
}
