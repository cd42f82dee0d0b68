package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.FolderPooling;
import io.mnestic.encoder.v1.Pooling;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A model that this service knows.
 *
 * @param name what requests call it
 * @param revision identifies its weights: 16 hex digits of their SHA-256
 * @param architecture the shape of its graph
 * @param maxTokens most tokens of one input, with special tokens and prompt
 * @param pooling how token vectors become one
 * @param queryPrompt the instruction it was trained to see before queries, or empty
 * @param documentPrompt the same before documents
 * @param shorter lengths that its vectors may be cut to, as it was trained to be (Kusupati et al.
 *     2022); empty if none
 * @param source where its files are
 */
public record ModelSpec(
    String name,
    String revision,
    Architecture architecture,
    int maxTokens,
    Pooling pooling,
    String queryPrompt,
    String documentPrompt,
    List<Integer> shorter,
    ModelSource source) {

  /** Length of its vectors. */
  public int dimensions() {
    return architecture.hidden();
  }

  /** Whether it gives the vectors of tokens. */
  public boolean hasTokenVectors() {
    return !architecture.isCrossEncoder()
        && !(source instanceof ScriptModel script && script.pooling() == FolderPooling.NONE);
  }

  /** The content of {@code tokenizer.json}. */
  public InputStream openTokenizer() throws IOException {
    return source.openTokenizer();
  }
}
