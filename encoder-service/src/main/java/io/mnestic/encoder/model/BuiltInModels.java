package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.Activation;
import io.mnestic.encoder.v1.Pooling;
import java.util.List;

/** The models whose weights come with the service. */
public final class BuiltInModels {
  /** Each with the pooling, prompt and token limit that its authors publish. */
  public static final List<ModelSpec> ALL =
      List.of(
          bert(
              "bge-small-en-v1.5",
              new PackagedModel(
                  "bge-small-en-v1.5.onnx",
                  "828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35",
                  "bge-small-en-v1.5-tokenizer.json"),
              384,
              12,
              512,
              Pooling.POOLING_CLS,
              "Represent this sentence for searching relevant passages: "),
          bert(
              "all-MiniLM-L6-v2",
              new PackagedModel(
                  "all-minilm-l6-v2.onnx",
                  "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e",
                  "all-minilm-l6-v2-tokenizer.json"),
              384,
              12,
              // Its position table has 512 rows, but it was trained on 256 tokens at most.
              256,
              Pooling.POOLING_MEAN,
              ""),
          bert(
              "bge-small-zh-v1.5",
              new PackagedModel(
                  "bge-small-zh-v1.5.onnx",
                  "69a0b846f4f116b5e6aabf9546ea6754d02264f3211a13a1bd69b31b8040749a",
                  "bge-small-zh-v1.5-tokenizer.json"),
              512,
              8,
              512,
              Pooling.POOLING_CLS,
              "为这个句子生成表示以用于检索相关文章："));

  private static final double EPSILON = 1e-12;

  private BuiltInModels() {}

  private static ModelSpec bert(
      String name,
      PackagedModel source,
      int dimensions,
      int heads,
      int maxTokens,
      Pooling pooling,
      String queryPrompt) {
    return new ModelSpec(
        name,
        source.revision(),
        new Architecture("bert", heads, dimensions, EPSILON, 0, 0, Activation.GELU, 0),
        maxTokens,
        pooling,
        queryPrompt,
        "",
        List.of(),
        source);
  }
}
