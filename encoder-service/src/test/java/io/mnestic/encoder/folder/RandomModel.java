package io.mnestic.encoder.folder;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** A model folder of seeded random weights: two layers, 32 dimensions, four heads. */
public final class RandomModel {
  public static final int LAYERS = 2;
  public static final int HEADS = 4;
  public static final int HIDDEN = 32;
  public static final int INTERMEDIATE = 64;
  public static final int MAX_TOKENS = 64;

  public final Family family;
  public final int labels;
  public final JsonObject config;
  public final JsonObject tokenizer;
  public final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** A tensor of those its family names. */
  public static final class Tensor {
    private final List<Integer> shape;
    private final float[] values;

    public Tensor(List<Integer> shape, float[] values) {
      this.shape = shape;
      this.values = values;
    }

    public List<Integer> shape() {
      return shape;
    }

    /** The values themselves, so that a test can change one. */
    public float[] values() {
      return values;
    }
  }

  private final Random random;

  /** An encoder with no labels, otherwise a sequence-classification model. */
  public RandomModel(Family family, int labels, long seed) {
    this.family = family;
    this.labels = labels;
    random = new Random(seed);
    tokenizer = TinyTokenizers.of(family);
    config = config();
    addTensors();
  }

  public boolean distilled() {
    return family == Family.DISTILBERT;
  }

  public int paddingId() {
    return family.defaultPaddingId;
  }

  public double epsilon() {
    return distilled() ? 1e-12 : 1e-5;
  }

  /** What stands before the encoder's names. */
  public String prefix() {
    return labels == 0 ? "" : (family == Family.BERT ? "bert." : "roberta.");
  }

  /** A tensor by its family's own name. */
  public Tensor tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config.toString());
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    Files.write(folder.resolve("model.safetensors"), safetensors(tensors));
  }

  /** The files of sentence-transformers beside it. */
  public void writeSentenceFiles(Path folder, FolderPooling pooling) throws IOException {
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.writeString(
        folder.resolve("modules.json"),
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """);
    Files.writeString(
        folder.resolve("1_Pooling/config.json"),
        """
        {"word_embedding_dimension": 32, "pooling_mode_cls_token": %s, "pooling_mode_mean_tokens": %s,
         "pooling_mode_max_tokens": false, "pooling_mode_mean_sqrt_len_tokens": false}
        """
            .formatted(pooling == FolderPooling.CLS, pooling == FolderPooling.MEAN));
    Files.writeString(
        folder.resolve("sentence_bert_config.json"),
        "{\"max_seq_length\": 48, \"do_lower_case\": false}");
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"),
        """
        {"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": null,
         "matryoshka_dims": [32, 16, 8]}
        """);
  }

  /** The format's bytes, all float32. */
  public static byte[] safetensors(Map<String, Tensor> tensors) {
    JsonObject header = new JsonObject();
    int end = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      JsonObject tensor = new JsonObject();
      JsonArray shape = new JsonArray();
      entry.getValue().shape().forEach(shape::add);
      JsonArray offsets = new JsonArray();
      offsets.add(end);
      end += Float.BYTES * entry.getValue().values().length;
      offsets.add(end);
      tensor.addProperty("dtype", "F32");
      tensor.add("shape", shape);
      tensor.add("data_offsets", offsets);
      header.add(entry.getKey(), tensor);
    }
    ByteBuffer data = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    for (Tensor tensor : tensors.values()) {
      for (float value : tensor.values()) {
        data.putFloat(value);
      }
    }
    return file(header.toString(), data.array());
  }

  /** A header and data as a file. */
  static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  private JsonObject config() {
    int positions = MAX_TOKENS + family.positionOffset(paddingId());
    String names =
        distilled()
            ? "\"n_layers\": 2, \"n_heads\": 4, \"dim\": 32, \"hidden_dim\": 64, \"activation\": \"gelu\""
            : "\"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"hidden_size\": 32,"
                + " \"intermediate_size\": 64, \"hidden_act\": \"gelu\", \"layer_norm_eps\": 1e-05,"
                + " \"type_vocab_size\": "
                + types();
    JsonObject made =
        JsonParser.parseString(
                "{\"model_type\": \"%s\", \"vocab_size\": %d, \"max_position_embeddings\": %d, \"pad_token_id\": %d, %s}"
                    .formatted(
                        family.modelType,
                        TinyTokenizers.size(tokenizer),
                        positions,
                        paddingId(),
                        names))
            .getAsJsonObject();
    JsonArray architectures = new JsonArray();
    architectures.add(family.classPrefix + (labels == 0 ? "Model" : "ForSequenceClassification"));
    made.add("architectures", architectures);
    if (labels > 0) {
      JsonObject names2 = new JsonObject();
      for (int i = 0; i < labels; i++) {
        names2.addProperty(String.valueOf(i), "LABEL_" + i);
      }
      made.add("id2label", names2);
    }
    return made;
  }

  private int types() {
    return family == Family.BERT ? 2 : 1;
  }

  private void addTensors() {
    String embeddings = prefix() + "embeddings.";
    add(embeddings + "word_embeddings.weight", 0, 0.5, TinyTokenizers.size(tokenizer), HIDDEN);
    add(
        embeddings + "position_embeddings.weight",
        0,
        0.5,
        config.get("max_position_embeddings").getAsInt(),
        HIDDEN);
    if (!distilled()) {
      add(embeddings + "token_type_embeddings.weight", 0, 0.5, types(), HIDDEN);
    }
    norm(embeddings + "LayerNorm");
    for (int i = 0; i < LAYERS; i++) {
      if (distilled()) {
        String layer = "transformer.layer." + i + ".";
        for (String part : List.of("q_lin", "k_lin", "v_lin", "out_lin")) {
          linear(layer + "attention." + part, HIDDEN, HIDDEN);
        }
        norm(layer + "sa_layer_norm");
        linear(layer + "ffn.lin1", INTERMEDIATE, HIDDEN);
        linear(layer + "ffn.lin2", HIDDEN, INTERMEDIATE);
        norm(layer + "output_layer_norm");
      } else {
        String layer = prefix() + "encoder.layer." + i + ".";
        for (String part : List.of("self.query", "self.key", "self.value", "output.dense")) {
          linear(layer + "attention." + part, HIDDEN, HIDDEN);
        }
        norm(layer + "attention.output.LayerNorm");
        linear(layer + "intermediate.dense", INTERMEDIATE, HIDDEN);
        linear(layer + "output.dense", HIDDEN, INTERMEDIATE);
        norm(layer + "output.LayerNorm");
      }
    }
    if (labels > 0 && family == Family.BERT) {
      linear("bert.pooler.dense", HIDDEN, HIDDEN);
      linear("classifier", labels, HIDDEN);
    } else if (labels > 0) {
      linear("classifier.dense", HIDDEN, HIDDEN);
      linear("classifier.out_proj", labels, HIDDEN);
    }
  }

  private void linear(String name, int outputs, int inputs) {
    add(name + ".weight", 0, 0.25, outputs, inputs);
    add(name + ".bias", 0, 0.1, outputs);
  }

  private void norm(String name) {
    add(name + ".weight", 1, 0.2, HIDDEN);
    add(name + ".bias", 0, 0.1, HIDDEN);
  }

  private void add(String name, double mean, double deviation, Integer... shape) {
    int size = 1;
    for (int length : shape) {
      size *= length;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    tensors.put(name, new Tensor(List.of(shape), values));
  }
}
