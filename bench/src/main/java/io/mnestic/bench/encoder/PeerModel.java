package io.mnestic.bench.encoder;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15.BgeSmallEnV15EmbeddingModel;
import io.mnestic.bench.report.BadInput;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The models that the peers have too, on the very weights that encoder-service converts. */
enum PeerModel {
  BGE_SMALL_EN("bge-small-en-v1.5", 12, true),
  MINI_LM("all-MiniLM-L6-v2", 6, false);

  private static final int HIDDEN = 384;
  private static final int INNER = 1_536;

  private final String id;
  private final int layers;
  private final boolean firstTokenPooled;

  PeerModel(String id, int layers, boolean firstTokenPooled) {
    this.id = id;
    this.layers = layers;
    this.firstTokenPooled = firstTokenPooled;
  }

  static PeerModel named(String id) {
    return Arrays.stream(values())
        .filter(model -> model.id.equals(id))
        .findFirst()
        .orElseThrow(() ->
            new BadInput(
                "--model must be one that the peers have too, not %s: %s"
                    .formatted(
                        id,
                        Arrays.stream(values())
                            .map(PeerModel::id)
                            .collect(Collectors.joining(", ")))));
  }

  /** Its name, in ListModels too. */
  String id() {
    return id;
  }

  int dimensions() {
    return HIDDEN;
  }

  /** Whether a text's vector is its first token's, otherwise the mean of all. */
  boolean isFirstTokenPooled() {
    return firstTokenPooled;
  }

  Work work() {
    return new Work(layers, HIDDEN, INNER);
  }

  /** LangChain4j's in-process model, as its users make it. */
  EmbeddingModel langChain4j() {
    return switch (this) {
      case BGE_SMALL_EN -> new BgeSmallEnV15EmbeddingModel();
      case MINI_LM -> new AllMiniLmL6V2EmbeddingModel();
    };
  }

  InputStream weights() {
    return resource(".onnx");
  }

  InputStream tokenizer() {
    return resource("-tokenizer.json");
  }

  private InputStream resource(String suffix) {
    String name = id.toLowerCase(Locale.ROOT) + suffix;
    InputStream stream = PeerModel.class.getClassLoader().getResourceAsStream(name);
    if (stream == null) {
      throw new IllegalStateException(name + " is not on the class path");
    }
    return stream;
  }
}
