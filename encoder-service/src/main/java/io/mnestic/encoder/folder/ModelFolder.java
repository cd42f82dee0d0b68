package io.mnestic.encoder.folder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that a user brought, as its files describe it: a folder in Hugging Face's layout, or
 * {@code model.pt} with {@code mnestic.json}. Whoever reads it holds that its files fit together.
 *
 * @param tokenizer its {@code tokenizer.json}
 * @param dimensions length of its vectors; of a cross-encoder, of its token vectors
 * @param maxTokens most tokens of one input, with special tokens and prompt
 * @param paddingId id that fills a batch up
 * @param normalized whether its authors make unit vectors of its vectors
 * @param queryPrompt what stands before a query, or empty
 * @param documentPrompt what stands before a document, or empty
 * @param truncatable shorter lengths that a vector can be cut to, shortest first
 * @param revision identifies the weights and all else that decides the vectors, 16 hex digits
 */
public record ModelFolder(
    Path folder,
    Path tokenizer,
    Network network,
    int dimensions,
    int maxTokens,
    int paddingId,
    FolderPooling pooling,
    boolean normalized,
    String queryPrompt,
    String documentPrompt,
    List<Integer> truncatable,
    String revision) {

  /**
   * Reads the descriptions and the weights' header, and hashes the weights; their values are left
   * to {@link Transformer#openWeights}.
   *
   * @throws InvalidModel if the folder is none that can be served
   */
  public static ModelFolder read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw InvalidModel.of(folder, "is no folder");
    }
    if (Files.exists(folder.resolve(ScriptFolder.DESCRIPTION))) {
      return ScriptFolder.read(folder);
    }
    if (Files.exists(folder.resolve(ScriptFolder.PROGRAM))) {
      throw InvalidModel.of(
          folder, ScriptFolder.PROGRAM + " needs a " + ScriptFolder.DESCRIPTION + " beside it");
    }
    return TransformerFolder.read(folder);
  }
}
